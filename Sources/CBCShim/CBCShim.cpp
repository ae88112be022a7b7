#include "CBCShim.h"
