/* Linked into C and C++ programs that TACO runs. Their output goes to a pipe, where the C library would hold
   lines back until the program ends well: what a program printed before it crashed or was stopped would be
   lost, which a terminal never does. */
#include <stdio.h>

#ifdef _WIN32
#define MODE _IONBF /* Windows takes line buffering for full buffering */
#else
#define MODE _IOLBF
#endif

__attribute__((constructor)) static void print_like_a_terminal(void) { setvbuf(stdout, NULL, MODE, BUFSIZ); }
