#include "InfeasibilityProof.hpp"

#include <algorithm>
#include <cmath>

#include "Loading.hpp"

namespace esp {

// How negative the right side of a proof must be, relative to the terms that make it up.
static const double relativeMargin = 1e-9;
// Multipliers that lean on a missing bound by less than this share of the largest are rounding.
static const double relativeNoise = 1e-9;

static bool isMissing(double bound) { return std::fabs(bound) > 1e30; }

// Sets rounding noise to zero; false if a real multiplier leans on a missing bound.
static bool clean(const ClpSimplex &program, std::vector<double> &ray) {
  double largest = 0;
  for (double entry : ray) largest = std::max(largest, std::fabs(entry));
  for (size_t row = 0; row < ray.size(); ++row) {
    const double bound = ray[row] > 0 ? program.rowUpper()[row] : program.rowLower()[row];
    if (ray[row] == 0 || !isMissing(bound)) continue;
    if (std::fabs(ray[row]) > relativeNoise * largest) return false;
    ray[row] = 0;
  }
  return true;
}

// True if `max y r + max (-yA) x` is negative over the bounds of rows and columns.
static bool proves(const ClpSimplex &program, std::vector<double> &ray) {
  if (ray.empty() || !clean(program, ray)) return false;
  double sum = 0;
  double magnitude = 0;
  auto add = [&](double factor, double lower, double upper) {
    if (factor == 0) return;
    const double term = factor * (factor > 0 ? upper : lower);
    sum += term;
    magnitude += std::fabs(term);
  };
  for (int row = 0; row < program.numberRows(); ++row) {
    add(ray[row], program.rowLower()[row], program.rowUpper()[row]);
  }
  std::vector<double> combined(program.numberColumns());
  program.matrix()->transposeTimes(ray.data(), combined.data());
  for (int column = 0; column < program.numberColumns(); ++column) {
    add(-combined[column], program.columnLower()[column], program.columnUpper()[column]);
  }
  return sum < -relativeMargin * magnitude;
}

static std::vector<double> ownRay(const ClpSimplex &program) {
  const std::unique_ptr<double[]> ray(program.infeasibilityRay());
  if (!ray) return {};
  return std::vector<double>(ray.get(), ray.get() + program.numberRows());
}

std::vector<double> InfeasibilityProof::find(ClpSimplex &program, CoinMessageHandler &handler) {
  std::vector<double> ray = ownRay(program);
  if (proves(program, ray)) return ray;
  program.primal(0);
  ray = program.status() == 1 ? ownRay(program) : std::vector<double>();
  // After numerical trouble the basis is worth nothing to the next solve.
  if (program.status() != 1) program.allSlackBasis(true);
  if (proves(program, ray)) return ray;
  ray = elasticDuals(program, handler);
  return proves(program, ray) ? ray : std::vector<double>();
}

std::vector<double> InfeasibilityProof::elasticDuals(
    const ClpSimplex &program, CoinMessageHandler &handler) {
  const int rowCount = program.numberRows();
  const int columnCount = program.numberColumns();
  if (!elastic) {
    elastic = std::make_unique<ClpSimplex>();
    elastic->passInMessageHandler(&handler);
    elastic->setLogLevel(0);
    elastic->loadProblem(
        *program.matrix(), program.columnLower(), program.columnUpper(), nullptr,
        program.rowLower(), program.rowUpper());
    for (int row = 0; row < rowCount; ++row) {
      for (const double unit : {1.0, -1.0}) {
        elastic->addColumn(1, &row, &unit, 0, COIN_DBL_MAX, 1);
      }
    }
  }
  for (int column = 0; column < columnCount; ++column) {
    elastic->setColumnBounds(column, program.columnLower()[column], program.columnUpper()[column]);
  }
  for (int row = 0; row < rowCount; ++row) {
    elastic->setRowBounds(row, program.rowLower()[row], program.rowUpper()[row]);
  }
  elastic->dual(0);
  if (elastic->status() != 0) return {};
  std::vector<double> duals(elastic->getRowPrice(), elastic->getRowPrice() + rowCount);
  for (double &dual : duals) dual = -dual;
  return duals;
}

} // namespace esp
