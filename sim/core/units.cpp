#include <switchfault/units.h>
