#include "Loading.hpp"

#include <cmath>

namespace esp {

// Values from 1e20 on were seen to end the process by assertion, 1e30 is infinity to Osi.
static const double usableMagnitude = 1e20;

bool isUsable(double value) { return std::fabs(value) < usableMagnitude; }

bool isUsableBound(double value) { return isUsable(value) || std::isinf(value); }

int32_t check(const esp_model &model) {
  if (model.row_count < 1 || model.column_count < 1) return ESP_NO_ROWS;
  for (int32_t column = 0; column < model.column_count; ++column) {
    const double lower = model.column_lower[column];
    const double upper = model.column_upper[column];
    if (!std::isfinite(lower) || !std::isfinite(upper)) return ESP_COLUMN_UNBOUNDED;
    if (!isUsable(lower) || !isUsable(upper) || !isUsable(model.objective[column])) {
      return ESP_NUMBER_TOO_LARGE;
    }
  }
  for (int32_t row = 0; row < model.row_count; ++row) {
    if (!isUsableBound(model.row_lower[row]) || !isUsableBound(model.row_upper[row])) {
      return ESP_NUMBER_TOO_LARGE;
    }
  }
  const int32_t count = model.row_starts[model.row_count];
  for (int32_t index = 0; index < count; ++index) {
    if (!isUsable(model.values[index])) return ESP_NUMBER_TOO_LARGE;
  }
  return ESP_OK;
}

CoinPackedMatrix matrix(const esp_model &model) {
  CoinPackedMatrix byRow(false, 0, 0);
  byRow.setDimensions(0, model.column_count);
  for (int32_t row = 0; row < model.row_count; ++row) {
    const int32_t start = model.row_starts[row];
    byRow.appendRow(
        model.row_starts[row + 1] - start, model.indices + start, model.values + start);
  }
  return byRow;
}

} // namespace esp
