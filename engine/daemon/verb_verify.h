/* The offline verb `verify`: what is stored against what the events say (flow/verify.h). */
#pragma once

int verb_verify(int argc, char **argv);
