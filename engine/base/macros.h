/* Compiler words the whole house uses: cleanup handlers, checked results, containers. */
#pragma once
#include <assert.h>
#include <stddef.h>

#define MUST_CHECK   __attribute__((warn_unused_result))
#define CLEANUP(fn)  __attribute__((cleanup(fn)))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define UNUSED       __attribute__((unused))

/* The struct that holds `member`, given a pointer to the member. */
#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))
