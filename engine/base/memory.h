/* How the process keeps memory that it has freed: the C library's ways are made for programs that
 * end soon. A daemon that once derived a key from a password (32 MiB), or had a thousand clients
 * one morning, would keep all of it until it ends. */
#pragma once

/* Large pieces come from the system and go back to it when freed, whatever was freed before; so
 * does the end of the heap when it is long. Once, before there are threads. */
void memory_init(void);

/* Gives back to the system what lies unused between pieces in use, when there is much more of it
 * than before; else costs next to nothing. Every few seconds, by one thread. */
void memory_look(void);
