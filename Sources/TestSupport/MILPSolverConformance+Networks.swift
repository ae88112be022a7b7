public import MILP

extension MILPSolverConformance {
  /// Models of random tiny networks, with the exact optimum.
  public static func networkCase(
    seed: UInt64, sense: ObjectiveSense
  ) throws(MILPModelError) -> ConformanceCase {
    let model = try ReLUEncodingSample.model(seed: seed, sense: sense)
    let expectation = ReferenceSolver().exactOptimum(of: model).map {
      ConformanceExpectation.optimum($0.approximation)
    }
    return ConformanceCase("network \(seed), \(sense)", model, expectation ?? .infeasible)
  }
}
