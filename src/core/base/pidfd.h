#pragma once
// <sys/pidfd.h> as C++ can use it: glibc 2.36 forgot to declare its functions extern "C".
extern "C" {
#include <sys/pidfd.h>
}
