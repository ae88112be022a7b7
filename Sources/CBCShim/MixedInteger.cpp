#include "Loading.hpp"

#include <algorithm>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Weverything"
#include <CbcConfig.h>
#include <CbcEventHandler.hpp>
#include <CbcModel.hpp>
#include <CglCutGenerator.hpp>
#include <ClpConfig.h>
#include <OsiClpSolverInterface.hpp>
#pragma GCC diagnostic pop

namespace {

// How far an integer may be from one, and how far rows and bounds may be missed.
const double integerTolerance = 1e-9;
const double linearTolerance = 1e-9;
// How much better a new point must be; CBC's default would skip points within 1e-5.
const double increment = 1e-12;
// CBC's way to say that a cut generator runs at every node.
const int everyNode = 1;

// Passes incumbents and bounds on to the caller.
class Listener final : public CbcEventHandler {
public:
  Listener(esp_event_function function, void *context, bool *isStopped)
      : function(function), context(context), isStopped(isStopped) {}

  CbcEventHandler *clone() const override { return new Listener(*this); }

  CbcAction event(CbcEvent which) override {
    if (*isStopped) return stop;
    switch (which) {
    case solution:
    case heuristicSolution:
      return tell(ESP_INCUMBENT, model_->bestSolution());
    case node:
    case treeStatus:
      return tell(ESP_NODE, nullptr);
    default:
      return noAction;
    }
  }

  CbcAction event(CbcEvent which, void *) override { return event(which); }

private:
  CbcAction tell(int32_t kind, const double *point) {
    if (!function || (kind == ESP_INCUMBENT && !point)) return noAction;
    if (function(context, kind, model_->getBestPossibleObjValue(), point) == 0) return noAction;
    *isStopped = true;
    return stop;
  }

  esp_event_function function;
  void *context;
  bool *isStopped;
};

// Shows every relaxation to the caller, who may add rows.
class Separator final : public CglCutGenerator {
public:
  Separator(esp_relaxation_function function, void *context, CbcModel *model, bool *isStopped)
      : function(function), context(context), model(model), isStopped(isStopped) {}

  CglCutGenerator *clone() const override { return new Separator(*this); }

  void generateCuts(
      const OsiSolverInterface &solver, OsiCuts &cuts, const CglTreeInfo info) override {
    if (*isStopped) return;
    const int32_t isInTree = info.inTree ? 1 : 0;
    esp_cuts *sink = reinterpret_cast<esp_cuts *>(&cuts);
    if (function(context, solver.getColSolution(), isInTree, sink) == 0) return;
    *isStopped = true;
    model->sayEventHappened();
  }

private:
  esp_relaxation_function function;
  void *context;
  CbcModel *model;
  bool *isStopped;
};

void load(OsiClpSolverInterface &solver, const esp_model &model) {
  solver.loadProblem(
      esp::matrix(model), model.column_lower, model.column_upper, model.objective,
      model.row_lower, model.row_upper);
  for (int32_t column = 0; column < model.column_count; ++column) {
    if (model.is_integer[column]) solver.setInteger(column);
  }
  solver.setObjSense(1);
  solver.setDblParam(OsiPrimalTolerance, linearTolerance);
  solver.setDblParam(OsiDualTolerance, linearTolerance);
  solver.setHintParam(OsiDoReducePrint, true, OsiHintTry);
}

void configure(CbcModel &cbc, const esp_mip_limits &limits) {
  cbc.setLogLevel(0);
  cbc.setIntegerTolerance(integerTolerance);
  cbc.setCutoffIncrement(increment);
  cbc.setAllowableGap(0);
  cbc.setAllowableFractionGap(0);
  cbc.setMaximumNodes(limits.node_limit);
  cbc.setUseElapsedTime(true);
  if (limits.seconds > 0) cbc.setMaximumSeconds(limits.seconds);
  if (limits.has_cutoff) cbc.setCutoff(limits.cutoff);
}

void report(const CbcModel &cbc, esp_mip_result &result, int32_t columnCount, double *solution) {
  const double *point = cbc.bestSolution();
  result.status = cbc.status();
  result.secondary_status = cbc.secondaryStatus();
  result.is_proven_optimal = cbc.isProvenOptimal();
  result.is_proven_infeasible = cbc.isProvenInfeasible();
  result.has_solution = point ? 1 : 0;
  result.node_count = cbc.getNodeCount();
  result.iteration_count = cbc.getIterationCount();
  result.best_bound = cbc.getBestPossibleObjValue();
  result.objective_value = cbc.getObjValue();
  if (point) std::copy_n(point, columnCount, solution);
}

} // namespace

int32_t esp_cuts_add(
    esp_cuts *cuts, int32_t count, const int32_t *indices, const double *values, double upper) {
  if (!esp::isUsable(upper) || !std::all_of(values, values + count, esp::isUsable)) {
    return ESP_NUMBER_TOO_LARGE;
  }
  return esp::guarded([&] {
    OsiRowCut cut;
    cut.setRow(count, indices, values);
    cut.setUb(upper);
    reinterpret_cast<OsiCuts *>(cuts)->insert(cut);
    return ESP_OK;
  });
}

int32_t esp_mip_solve(
    const esp_model *model, const esp_mip_limits *limits, esp_event_function event,
    esp_relaxation_function relaxation, void *context, esp_mip_result *result, double *solution) {
  const int32_t code = esp::check(*model);
  if (code != ESP_OK) return code;
  return esp::guarded([&] {
    esp::SilentHandler handler;
    OsiClpSolverInterface solver;
    solver.passInMessageHandler(&handler);
    solver.getModelPtr()->passInMessageHandler(&handler);
    load(solver, *model);
    CbcModel cbc(solver);
    cbc.passInMessageHandler(&handler);
    cbc.solver()->passInMessageHandler(&handler);
    bool isStopped = false;
    Listener listener(event, context, &isStopped);
    cbc.passInEventHandler(&listener);
    configure(cbc, *limits);
    Separator separator(relaxation, context, &cbc, &isStopped);
    if (relaxation) cbc.addCutGenerator(&separator, everyNode, "own");
    // No preprocessing: with it CBC 2.10.8 calls wrong optima proven.
    cbc.initialSolve();
    cbc.branchAndBound();
    report(cbc, *result, model->column_count, solution);
    return ESP_OK;
  });
}

const char *esp_versions(void) { return "CBC " CBC_VERSION ", CLP " CLP_VERSION; }
