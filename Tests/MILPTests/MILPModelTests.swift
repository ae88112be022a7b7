import ExactArithmetic
import MILP
import Testing

@Suite struct MILPModelTests {
  let column = MILPColumn(lower: 0, upper: 1)

  private func model(
    _ columns: [MILPColumn]? = nil, _ rows: [MILPRow]? = nil, _ objective: [Double] = [1]
  ) throws(MILPModelError) -> MILPModel {
    try MILPModel(
      columns: columns ?? [column], rows: rows ?? [.atMost(1, [MILPTerm(1, column: 0)])],
      objective: objective, sense: .maximize)
  }

  @Test func refusesModelsWithoutColumnsOrRows() {
    #expect(throws: MILPModelError.noColumns) { try model([], nil, []) }
    #expect(throws: MILPModelError.noRows) { try model(nil, []) }
  }

  @Test func refusesColumnsThatAreNotBounded() {
    for bad in [Double.infinity, -.infinity, .nan] {
      #expect(throws: MILPModelError.self) { try model([MILPColumn(lower: bad, upper: 1)]) }
      #expect(throws: MILPModelError.self) { try model([MILPColumn(lower: 0, upper: bad)]) }
    }
    #expect(throws: MILPModelError.columnEmpty(0, lower: 2, upper: 1)) {
      try model([MILPColumn(lower: 2, upper: 1)])
    }
  }

  @Test func refusesRowsWithBadBounds() {
    let bad: [(Double, Double)] = [
      (-.infinity, .infinity), (.infinity, .infinity), (-.infinity, -.infinity), (.nan, 1),
      (0, .nan),
    ]
    for (lower, upper) in bad {
      #expect(throws: MILPModelError.self) {
        try model(nil, [MILPRow([MILPTerm(1, column: 0)], lower: lower, upper: upper)])
      }
    }
    #expect(throws: MILPModelError.rowEmpty(0, lower: 2, upper: 1)) {
      try model(nil, [MILPRow([], lower: 2, upper: 1)])
    }
  }

  @Test func refusesBadTerms() {
    #expect(throws: MILPModelError.columnOutOfRange(row: 0, column: 1, columnCount: 1)) {
      try model(nil, [.atMost(1, [MILPTerm(1, column: 1)])])
    }
    #expect(throws: MILPModelError.columnOutOfRange(row: 0, column: -1, columnCount: 1)) {
      try model(nil, [.atMost(1, [MILPTerm(1, column: -1)])])
    }
    #expect(throws: MILPModelError.columnRepeated(row: 1, column: 0)) {
      let term = MILPTerm(1, column: 0)
      return try model(nil, [.atMost(1, [term]), .atMost(1, [term, term])])
    }
    #expect(throws: MILPModelError.self) {
      try model(nil, [.atMost(1, [MILPTerm(.nan, column: 0)])])
    }
  }

  @Test func refusesBadObjectives() {
    #expect(throws: MILPModelError.objectiveCount(expected: 1, found: 2)) {
      try model(nil, nil, [1, 2])
    }
    #expect(throws: MILPModelError.objectiveNotFinite(column: 0, value: .infinity)) {
      try model(nil, nil, [.infinity])
    }
  }

  @Test func acceptsEdges() throws {
    let edges = try model([MILPColumn(lower: 2, upper: 2)], [.equal(0, [])], [0])
    #expect(edges.rows[0].terms.isEmpty)
    #expect(edges.isExactlyFeasible([Dyadic(2)]))
  }

  @Test func evaluatesRowsExactly() throws {
    let terms = [MILPTerm(0.1, column: 0), MILPTerm(0.2, column: 1)]
    let model = try MILPModel(
      columns: [column, .binary], rows: [.atMost(0.3, terms)], objective: [1, -1], sense: .maximize)
    #expect(model.rowActivities(at: [1, 1]) == [0.1 + 0.2])
    #expect(model.exactRowActivities(at: [.one, .one]) == [Dyadic(0.1) + Dyadic(0.2)])
    #expect(model.objectiveValue(at: [0.5, 1]) == -0.5)
    #expect(model.exactObjectiveValue(at: [Dyadic(0.5), .one]) == Dyadic(-0.5))
    // 0.1 + 0.2 exceeds 0.3 as doubles are stored, by less than any solver's tolerance.
    #expect(!model.isExactlyFeasible([.one, .one]))
    #expect(model.largestViolation(at: [1, 1]) < 1e-15)
    #expect(model.isExactlyFeasible([.one, .zero]))
    #expect(!model.isExactlyFeasible([.one, Dyadic(0.5)]))
    #expect(model.largestViolation(at: [1, 0.5]) == 0.5)
  }

  @Test func writesLPText() throws {
    let model = try MILPModel(
      columns: [column, MILPColumn(lower: -2, upper: 3, isInteger: true)],
      rows: [
        MILPRow([MILPTerm(-0.1, column: 0), MILPTerm(2, column: 1)], lower: -1, upper: 4),
        .equal(0, []),
      ], objective: [0, -1], sense: .minimize)
    #expect(
      model.lpFileText == """
        Minimize
         objective: - 1.0 x1
        Subject To
         r0_lower: - 0.1 x0
            + 2.0 x1 >= -1.0
         r0_upper: - 0.1 x0
            + 2.0 x1 <= 4.0
         r1: 0 x0 = 0.0
        Bounds
         0.0 <= x0 <= 1.0
         -2.0 <= x1 <= 3.0
        Generals
         x1
        End

        """)
  }
}
