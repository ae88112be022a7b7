#pragma once

#include <stdint.h>

/* The C face of CLP and CBC. Every objective is minimized. Every function returns an esp_code
   unless it says otherwise; no exception leaves and nothing is printed. */

#ifdef __cplusplus
extern "C" {
#endif

/* What a call came to. Anything but ESP_OK leaves the outputs untouched. */
enum esp_code {
  ESP_OK = 0,
  ESP_NO_ROWS = 1,           /* CLP crashes on models without rows */
  ESP_COLUMN_UNBOUNDED = 2,  /* CBC's answers are wrong without finite column bounds */
  ESP_NUMBER_TOO_LARGE = 3,  /* 1e20 or more, or NaN: CBC aborts the process on some of them */
  ESP_EXCEPTION = 4,         /* COIN-OR raised an exception */
  ESP_OUT_OF_MEMORY = 5
};

/* A model; the caller keeps the arrays alive for the length of the call only. */
typedef struct esp_model {
  int32_t column_count;
  int32_t row_count;
  const double *column_lower; /* [column_count], finite */
  const double *column_upper; /* [column_count], finite */
  const double *objective;    /* [column_count], minimized */
  const uint8_t *is_integer;  /* [column_count], 0 or 1; linear programs ignore it */
  const double *row_lower;    /* [row_count], -INFINITY for none */
  const double *row_upper;    /* [row_count], INFINITY for none */
  const int32_t *row_starts;  /* [row_count + 1], increasing from 0 */
  const int32_t *indices;     /* [row_starts[row_count]], column of each nonzero */
  const double *values;       /* [row_starts[row_count]] */
} esp_model;

/* A linear program with its basis. */
typedef struct esp_lp esp_lp;

/* The status tuple of a linear program: ClpModel::status() and secondaryStatus(). */
typedef struct esp_lp_result {
  int32_t status;
  int32_t secondary_status;
  int32_t iteration_count;
  double objective_value;
} esp_lp_result;

/* Loads a model; *lp is set only on success. */
int32_t esp_lp_create(const esp_model *model, esp_lp **lp);

/* Frees a program; null is allowed. */
void esp_lp_destroy(esp_lp *lp);

/* Replaces the objective: objective[column_count]. */
int32_t esp_lp_set_objective(esp_lp *lp, const double *objective);

/* Replaces the bounds of one column. */
int32_t esp_lp_set_column_bounds(esp_lp *lp, int32_t column, double lower, double upper);

/* Replaces the bounds of one row. */
int32_t esp_lp_set_row_bounds(esp_lp *lp, int32_t row, double lower, double upper);

/* Solves by the dual method from the last basis. */
int32_t esp_lp_solve(esp_lp *lp, int32_t iteration_limit, esp_lp_result *result);

/* Copies the point and the row duals: point[column_count], duals[row_count]. */
int32_t esp_lp_read(const esp_lp *lp, double *point, double *duals);

/* After a solve that said infeasible: finds multipliers that prove it, ray[row_count], in the signs
   of LPOutcome. Each is evaluated first; *has_ray becomes 0 if none holds. May solve again, so the
   point and the duals are lost. */
int32_t esp_lp_find_ray(esp_lp *lp, double *ray, int32_t *has_ray);

/* What an esp_event_function is told about. */
enum esp_event {
  ESP_INCUMBENT = 0, /* a new best point */
  ESP_NODE = 1       /* a node is done; the best bound may have moved */
};

/* Called during a search; a nonzero answer ends it at the next opportunity.
   best_bound is a lower bound of the minimum, point is [column_count] or null for ESP_NODE. */
typedef int32_t (*esp_event_function)(
    void *context, int32_t event, double best_bound, const double *point);

/* Where an esp_relaxation_function puts rows. */
typedef struct esp_cuts esp_cuts;

/* Called with the point of each relaxation, point[column_count], which is valid during the call
   only; is_in_tree is 0 at the root. May add rows; a nonzero answer ends the search. */
typedef int32_t (*esp_relaxation_function)(
    void *context, const double *point, int32_t is_in_tree, esp_cuts *cuts);

/* Adds the row `values x <= upper`, which must hold for all points that matter. */
int32_t esp_cuts_add(
    esp_cuts *cuts, int32_t count, const int32_t *indices, const double *values, double upper);

/* When to give up. */
typedef struct esp_mip_limits {
  int32_t node_limit;
  int32_t has_cutoff;
  double cutoff;  /* points with this objective or more do not matter */
  double seconds; /* wall clock; 0 or less for no limit */
} esp_mip_limits;

/* The status tuple of a search: CbcModel::status(), secondaryStatus() and three of its questions. */
typedef struct esp_mip_result {
  int32_t status;
  int32_t secondary_status;
  int32_t is_proven_optimal;
  int32_t is_proven_infeasible;
  int32_t has_solution;
  int32_t node_count;
  int32_t iteration_count;
  double best_bound;
  double objective_value;
} esp_mip_result;

/* Searches for the optimum with a fresh CbcModel. solution[column_count] is written if
   result->has_solution. event and relaxation may be null. */
int32_t esp_mip_solve(
    const esp_model *model, const esp_mip_limits *limits, esp_event_function event,
    esp_relaxation_function relaxation, void *context, esp_mip_result *result, double *solution);

/* The versions the shim was compiled against, for reports; a static string. */
const char *esp_versions(void);

#ifdef __cplusplus
}
#endif
