public import MILP

extension MILPSolverConformance {
  /// The cases, worked out by hand.
  ///
  /// - Throws: Never in practice: the models are constants.
  public static func cases() throws(MILPModelError) -> [ConformanceCase] {
    try basicCases() + cutoffCases() + limitCases() + degenerateCases()
  }

  /// Values 10, 13, 7, 8 and weights 3, 4, 2, 3 within 7: items two and one or three and others.
  private static func knapsack(_ sense: ObjectiveSense = .maximize) throws(MILPModelError)
    -> MILPModel
  {
    let sign: Double = sense == .maximize ? 1 : -1
    return try model(
      [.binary, .binary, .binary, .binary], [.atMost(7, terms([3, 4, 2, 3]))],
      [10, 13, 7, 8].map { sign * $0 }, sense)
  }

  private static func basicCases() throws(MILPModelError) -> [ConformanceCase] {
    let box = [MILPColumn](repeating: MILPColumn(lower: 0, upper: 3), count: 2)
    let integers = box.map { MILPColumn(lower: $0.lower, upper: $0.upper, isInteger: true) }
    let halves = MILPRow.atMost(5, terms([2, 2]))
    return [
      ConformanceCase("knapsack", try knapsack(), .optimum(23)),
      ConformanceCase("knapsack, minimized", try knapsack(.minimize), .optimum(-23)),
      ConformanceCase(
        "infeasible row", try model([.binary, .binary], [.atLeast(3, terms([1, 1]))], [1, 1]),
        .infeasible),
      ConformanceCase(
        "infeasible by integrality only",
        try model(integers, [.equal(3, terms([2, 2]))], [1, 0]), .infeasible),
      ConformanceCase(
        "infeasible without integers", try model(box, [.atLeast(7, terms([1, 1]))], [1, 0]),
        .infeasible),
      ConformanceCase("continuous", try model(box, [halves], [1, 1]), .optimum(2.5)),
      ConformanceCase("integer", try model(integers, [halves], [1, 1]), .optimum(2)),
      ConformanceCase("mixed", try model([box[0], integers[1]], [halves], [1, 2]), .optimum(4.5)),
      ConformanceCase(
        "equality row", try model(integers, [.equal(4, terms([1, 2]))], [1, 1], .minimize),
        .optimum(2)),
      ConformanceCase(
        "row with two bounds",
        try model(integers, [MILPRow(terms([1, 1]), lower: 1.5, upper: 4.5)], [1, 1], .minimize),
        .optimum(2)),
      ConformanceCase(
        "bounded by the box alone", try model(integers, [.atMost(100, terms([1, 1]))], [1, -1]),
        .optimum(3)),
      ConformanceCase("zero objective", try model(integers, [halves], [0, 0]), .optimum(0)),
      ConformanceCase(
        "zero objective, infeasible", try model(integers, [.equal(3, terms([2, 2]))], [0, 0]),
        .infeasible),
      ConformanceCase(
        "negative integers",
        try model(
          [MILPColumn(lower: -3, upper: -1, isInteger: true)], [.atMost(-3, terms([2]))], [1]),
        .optimum(-2)),
      ConformanceCase(
        "fractional bounds of an integer",
        try model(
          [MILPColumn(lower: -0.5, upper: 2.5, isInteger: true)], [.atMost(9, terms([1]))], [1]),
        .optimum(2)),
    ]
  }

  private static func cutoffCases() throws(MILPModelError) -> [ConformanceCase] {
    func limits(_ cutoff: Double) -> SolveLimits { SolveLimits(nodes: 10_000, cutoff: cutoff) }
    let box = try model([MILPColumn(lower: 0, upper: 3)], [.atMost(2, terms([1]))], [1])
    return [
      ConformanceCase(
        "cutoff below the optimum", try knapsack(), .optimum(23), limits: limits(20.5)),
      ConformanceCase("cutoff above the optimum", try knapsack(), .cutoff, limits: limits(25)),
      ConformanceCase(
        "cutoff above the optimum, below the relaxation", try knapsack(), .cutoff,
        limits: limits(23.25)),
      ConformanceCase(
        "cutoff of a minimization", try knapsack(.minimize), .cutoff, limits: limits(-24)),
      ConformanceCase(
        "cutoff of a minimization, beaten", try knapsack(.minimize), .optimum(-23),
        limits: limits(-22)),
      ConformanceCase("cutoff of a continuous model", box, .cutoff, limits: limits(2.5)),
      ConformanceCase(
        "cutoff of an infeasible model",
        try model([.binary, .binary], [.atLeast(3, terms([1, 1]))], [1, 1]), .cutoff,
        limits: limits(0)),
    ]
  }

  private static func limitCases() throws(MILPModelError) -> [ConformanceCase] {
    // Odd right side, even coefficients: exponentially many nodes for plain branch and bound.
    let columns = [MILPColumn](repeating: .binary, count: 18)
    let parity = try model(
      columns + [MILPColumn(lower: 0, upper: 1, isInteger: true)],
      [.equal(9, terms([Double](repeating: 2, count: 18) + [1]))],
      [Double](repeating: 0, count: 18) + [-1])
    return [
      ConformanceCase(
        "node limit", parity, .stoppedOrOptimum(.nodes, optimum: -1),
        limits: SolveLimits(nodes: 3)),
      ConformanceCase(
        "stop at the first candidate", try knapsack(),
        .stoppedOrOptimum(.caller, optimum: 23), stopsAtFirstCandidate: true),
      ConformanceCase(
        "stop at the first candidate, zero objective",
        try model([.binary, .binary], [.atLeast(1, terms([1, 1]))], [0, 0]),
        .stoppedOrOptimum(.caller, optimum: 0), stopsAtFirstCandidate: true),
    ]
  }

  private static func degenerateCases() throws(MILPModelError) -> [ConformanceCase] {
    let fixed = MILPColumn(lower: 2, upper: 2, isInteger: true)
    let corner = (0..<6).map { index in MILPRow.atMost(0, terms([1, Double(index) - 3])) }
    return [
      ConformanceCase(
        "all columns fixed", try model([fixed, fixed], [.atMost(4, terms([1, 1]))], [1, 1]),
        .optimum(4)),
      ConformanceCase(
        "all columns fixed, infeasible",
        try model([fixed, fixed], [.atMost(3, terms([1, 1]))], [1, 1]), .infeasible),
      ConformanceCase(
        "empty row", try model([.binary], [.atMost(0, [])], [1]), .optimum(1)),
      ConformanceCase(
        "empty row, infeasible", try model([.binary], [.atMost(-1, [])], [1]), .infeasible),
      ConformanceCase(
        "repeated rows",
        try model(
          [.binary, .binary], [.atMost(1, terms([1, 1])), .atMost(1, terms([1, 1]))], [2, 3]),
        .optimum(3)),
      ConformanceCase(
        "many rows through one corner",
        try model([MILPColumn(lower: 0, upper: 1), .binary], corner, [1, -0.5]), .optimum(0)),
    ]
  }

  private static func terms(_ coefficients: [Double]) -> [MILPTerm] {
    coefficients.enumerated().map { MILPTerm($0.element, column: $0.offset) }
  }

  private static func model(
    _ columns: [MILPColumn], _ rows: [MILPRow], _ objective: [Double],
    _ sense: ObjectiveSense = .maximize
  ) throws(MILPModelError) -> MILPModel {
    try MILPModel(columns: columns, rows: rows, objective: objective, sense: sense)
  }
}
