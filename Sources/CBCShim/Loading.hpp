#pragma once

#include <exception>
#include <new>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Weverything"
#include <CoinError.hpp>
#include <CoinMessageHandler.hpp>
#include <CoinPackedMatrix.hpp>
#pragma GCC diagnostic pop

#include "CBCShim.h"

namespace esp {

// Swallows every message, whatever log level the solvers set meanwhile.
class SilentHandler final : public CoinMessageHandler {
public:
  SilentHandler() { setLogLevel(0); }
  int print() override { return 0; }
  CoinMessageHandler *clone() const override { return new SilentHandler(*this); }
};

// ESP_OK, or why the model must not reach the solvers.
int32_t check(const esp_model &model);

// True for a number that the solvers do not take for infinity.
bool isUsable(double value);

// True for the bounds of a row: usable numbers or infinities.
bool isUsableBound(double value);

CoinPackedMatrix matrix(const esp_model &model);

// Runs the body; turns every exception into a code.
template <typename Body> int32_t guarded(Body body) {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return ESP_OUT_OF_MEMORY;
  } catch (...) {
    return ESP_EXCEPTION;
  }
}

} // namespace esp
