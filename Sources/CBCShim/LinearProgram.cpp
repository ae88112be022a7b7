#include "InfeasibilityProof.hpp"
#include "Loading.hpp"

#include <algorithm>
#include <memory>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Weverything"
#include <ClpConfig.h>
#include <ClpSimplex.hpp>
#pragma GCC diagnostic pop

// A tenth of a thousandth of the default: claims near zero decide signs.
static const double tolerance = 1e-9;

struct esp_lp {
  // Declared first so that it outlives the simplex objects that point to it.
  esp::SilentHandler handler;
  ClpSimplex simplex;
  esp::InfeasibilityProof proof;
};

int32_t esp_lp_create(const esp_model *model, esp_lp **lp) {
  const int32_t code = esp::check(*model);
  if (code != ESP_OK) return code;
  return esp::guarded([&] {
    auto created = std::make_unique<esp_lp>();
    ClpSimplex &simplex = created->simplex;
    simplex.passInMessageHandler(&created->handler);
    simplex.setLogLevel(0);
    simplex.loadProblem(
        esp::matrix(*model), model->column_lower, model->column_upper, model->objective,
        model->row_lower, model->row_upper);
    simplex.setPrimalTolerance(tolerance);
    simplex.setDualTolerance(tolerance);
    *lp = created.release();
    return ESP_OK;
  });
}

void esp_lp_destroy(esp_lp *lp) { delete lp; }

int32_t esp_lp_set_objective(esp_lp *lp, const double *objective) {
  const int columnCount = lp->simplex.numberColumns();
  if (!std::all_of(objective, objective + columnCount, esp::isUsable)) {
    return ESP_NUMBER_TOO_LARGE;
  }
  return esp::guarded([&] {
    lp->simplex.chgObjCoefficients(objective);
    return ESP_OK;
  });
}

int32_t esp_lp_set_column_bounds(esp_lp *lp, int32_t column, double lower, double upper) {
  if (!esp::isUsable(lower) || !esp::isUsable(upper)) return ESP_NUMBER_TOO_LARGE;
  return esp::guarded([&] {
    lp->simplex.setColumnBounds(column, lower, upper);
    return ESP_OK;
  });
}

int32_t esp_lp_set_row_bounds(esp_lp *lp, int32_t row, double lower, double upper) {
  if (!esp::isUsableBound(lower) || !esp::isUsableBound(upper)) return ESP_NUMBER_TOO_LARGE;
  return esp::guarded([&] {
    lp->simplex.setRowBounds(row, lower, upper);
    return ESP_OK;
  });
}

int32_t esp_lp_solve(esp_lp *lp, int32_t iteration_limit, esp_lp_result *result) {
  return esp::guarded([&] {
    ClpSimplex &simplex = lp->simplex;
    simplex.setMaximumIterations(iteration_limit);
    simplex.dual(0);
    result->status = simplex.status();
    result->secondary_status = simplex.secondaryStatus();
    result->iteration_count = simplex.numberIterations();
    result->objective_value = simplex.objectiveValue();
    return ESP_OK;
  });
}

int32_t esp_lp_read(const esp_lp *lp, double *point, double *duals) {
  return esp::guarded([&] {
    const ClpSimplex &simplex = lp->simplex;
    std::copy_n(simplex.getColSolution(), simplex.numberColumns(), point);
    std::copy_n(simplex.getRowPrice(), simplex.numberRows(), duals);
    return ESP_OK;
  });
}

int32_t esp_lp_find_ray(esp_lp *lp, double *ray, int32_t *has_ray) {
  return esp::guarded([&] {
    const std::vector<double> found = lp->proof.find(lp->simplex, lp->handler);
    *has_ray = found.empty() ? 0 : 1;
    std::copy(found.begin(), found.end(), ray);
    return ESP_OK;
  });
}
