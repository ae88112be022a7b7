import CBCBackend
import MILP
import Testing
import TestSupport

@Suite struct CLPSolverTests {
  /// Ten times what tolerances of 1e-9 can move an optimum of these programs.
  static let tolerance = 1e-6
  static let engines: [any LPEngine] = [CLPSolver(), ReferenceLPSolver()]

  @Test func dualsAreTheChangePerUnitOfARow() throws {
    // max 3x + 2y, x + y <= 4, x >= 1, box [0, 3] x [0, 10]: (3, 1), dual 2 of the first row.
    let model = try MILPModel(
      columns: [MILPColumn(lower: 0, upper: 3), MILPColumn(lower: 0, upper: 10)],
      rows: [
        .atMost(4, [MILPTerm(1, column: 0), MILPTerm(1, column: 1)]),
        .atLeast(1, [MILPTerm(1, column: 0)]),
      ], objective: [3, 2], sense: .maximize)
    for engine in Self.engines {
      let session = try engine.makeSession(model)
      let expected = LPOutcome.claimedOptimal(value: 11, point: [3, 1], rowDuals: [2, 0])
      #expect(try session.solve(iterationLimit: 100) == expected)
    }
    let negated = try model.replacing(objective: [-3, -2], sense: .minimize)
    for engine in Self.engines {
      let session = try engine.makeSession(negated)
      let expected = LPOutcome.claimedOptimal(value: -11, point: [3, 1], rowDuals: [-2, 0])
      #expect(try session.solve(iterationLimit: 100) == expected)
    }
  }

  @Test func raysPointTheSameWayWhateverTheSense() throws {
    for sense in [ObjectiveSense.minimize, .maximize] {
      let model = try MILPModel(
        columns: [.binary, .binary],
        rows: [.atLeast(3, [MILPTerm(1, column: 0), MILPTerm(1, column: 1)])],
        objective: [1, 0], sense: sense)
      for engine in Self.engines {
        let outcome = try engine.makeSession(model).solve(iterationLimit: 100)
        guard case .claimedInfeasible(let ray?) = outcome else {
          Issue.record("\(outcome)")
          continue
        }
        #expect(ray[0] < 0)
        #expect(LPProof.infeasibility(model, ray: ray) < 0)
      }
    }
  }

  @Test(arguments: 0..<100 as Range<UInt64>, [ObjectiveSense.maximize, .minimize])
  func proofsHoldAndAgree(seed: UInt64, sense: ObjectiveSense) throws {
    var sample = LPSample(seed: seed)
    let model = try sample.program(sense: sense)
    let reference = try ReferenceLPSolver().makeSession(model)
    try compare(try CLPSolver().makeSession(model), reference, model)
  }

  /// Changes objective, column bounds and row bounds of one session again and again.
  @Test(arguments: 0..<40 as Range<UInt64>, [ObjectiveSense.maximize, .minimize])
  func warmStartsKeepUpWithChanges(seed: UInt64, sense: ObjectiveSense) throws {
    var sample = LPSample(seed: seed)
    var generator = SplitMix64(seed: seed)
    let start = try sample.program(sense: sense)
    let session = try CLPSolver().makeSession(start)
    let reference = try ReferenceLPSolver().makeSession(start)
    var (columns, rows, objective) = (start.columns, start.rows, start.objective)
    for _ in 0..<12 {
      let bounds = sample.interval()
      switch Int.random(in: 0..<3, using: &generator) {
      case 0:
        objective = sample.objective(columns.count)
        session.setObjective(objective)
        reference.setObjective(objective)
      case 1:
        let column = columns.indices.randomElement(using: &generator) ?? 0
        columns[column] = MILPColumn(lower: bounds.lower, upper: bounds.upper)
        session.setColumnBounds(column, lower: bounds.lower, upper: bounds.upper)
        reference.setColumnBounds(column, lower: bounds.lower, upper: bounds.upper)
      default:
        let row = rows.indices.randomElement(using: &generator) ?? 0
        rows[row] = MILPRow(rows[row].terms, lower: bounds.lower, upper: bounds.upper)
        session.setRowBounds(row, lower: bounds.lower, upper: bounds.upper)
        reference.setRowBounds(row, lower: bounds.lower, upper: bounds.upper)
      }
      let model = try MILPModel(
        columns: columns, rows: rows, objective: objective, sense: sense)
      try compare(session, reference, model)
    }
  }

  @Test func stopsAtTheIterationLimit() throws {
    let model = try ReLUEncodingSample.model(seed: 1, widths: [12, 12], sense: .maximize)
    let session = try CLPSolver().makeSession(model)
    #expect(try session.solve(iterationLimit: 1) == .stopped(.iterations))
    guard case .claimedOptimal = try session.solve(iterationLimit: 10_000) else {
      Issue.record("the limit of one solve ended the next one")
      return
    }
  }

  @Test func refusesHugeNumbersInsteadOfDying() throws {
    let huge = try MILPModel(
      columns: [.binary], rows: [.atMost(1.2e21, [MILPTerm(1, column: 0)])], objective: [1],
      sense: .maximize)
    #expect(throws: SolverError.self) { try CLPSolver().makeSession(huge) }
    #expect(throws: SolverError.self) {
      try CBCSolver().solve(huge, limits: SolveLimits(nodes: 10))
    }
    let session = try CLPSolver().makeSession(
      MILPModel(
        columns: [.binary], rows: [.atMost(1, [MILPTerm(1, column: 0)])], objective: [1],
        sense: .maximize))
    session.setObjective([1e21])
    #expect(throws: SolverError.self) { try session.solve(iterationLimit: 10) }
  }

  private func compare(
    _ session: any LPSession, _ reference: any LPSession, _ model: MILPModel
  ) throws {
    let claimed = try session.solve(iterationLimit: 1000)
    switch (claimed, try reference.solve(iterationLimit: 1000)) {
    case (
      .claimedOptimal(let value, let point, let duals),
      .claimedOptimal(let exact, _, let exactDuals)
    ):
      #expect(abs(value - exact) <= Self.tolerance)
      #expect(model.largestViolation(at: point) <= Self.tolerance)
      #expect(abs(LPProof.bound(model, duals: duals) - exact) <= Self.tolerance)
      #expect(abs(LPProof.bound(model, duals: exactDuals) - exact) <= Self.tolerance)
    case (.claimedInfeasible(let ray), .claimedInfeasible(let exactRay)):
      let ray = try #require(ray)
      #expect(LPProof.infeasibility(model, ray: ray) < 0)
      #expect(LPProof.infeasibility(model, ray: try #require(exactRay)) < 0)
    case (let claimed, let exact): Issue.record("CLP says \(claimed), exact is \(exact)")
    }
  }
}
