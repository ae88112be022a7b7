#pragma once

#include <memory>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Weverything"
#include <ClpSimplex.hpp>
#pragma GCC diagnostic pop

namespace esp {

// Finds row multipliers that prove a program infeasible, up to rounding.
//
// CLP's own rays are wrong about once in 30 infeasible programs of the tests, and after its dual
// method more often, so each is evaluated before it is believed. If none holds, the program in
// which every row may be missed at a price is solved: its duals are the multipliers.
class InfeasibilityProof {
public:
  // Empty if nothing was found. The program must have been called infeasible by the dual method.
  std::vector<double> find(ClpSimplex &program, CoinMessageHandler &handler);

private:
  std::vector<double> elasticDuals(const ClpSimplex &program, CoinMessageHandler &handler);

  // Kept for warm starts.
  std::unique_ptr<ClpSimplex> elastic;
};

} // namespace esp
