/* Forgets the row macros after each reading of proto/tables/messages.def; so no #pragma once. */
#undef MESSAGE
#undef TEXT
#undef INTEGER
#undef BOOLEAN
#undef INSTANT
#undef DATE
#undef LIMIT
#undef WORD
#undef TEXTS
#undef OBJECT
#undef OBJECTS
#undef RAW
#undef END
