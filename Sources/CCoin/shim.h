/* The COIN-OR libraries are C++; CBCShim alone includes their headers. */
