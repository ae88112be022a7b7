import BigInt
import ExactArithmetic
import MILP
import Testing
import TestSupport

@Suite struct RationalSimplexTests {
  @Test func solvesATextbookProgram() {
    // max 3x + 2y, x + y <= 4, x + 3y <= 6, 0 <= x <= 3: optimum 11 at (3, 1).
    let program = program(
      [0, 0], [3, 10], [([1, 1], .atMost, 4), ([1, 3], .atMost, 6)], [3, 2])
    #expect(
      RationalSimplex.solve(program)
        == .optimal(
          value: Rational(11), point: [Rational(3), Rational(1)],
          rowDuals: [Rational(2), .zero], reducedCosts: [Rational(1), .zero]))
  }

  @Test func findsValuesThatAreNotDyadic() {
    // max x, 3x <= 1.
    let program = program([0], [1], [([3], .atMost, 1)], [1])
    #expect(
      RationalSimplex.solve(program)
        == .optimal(
          value: Rational(1, 3), point: [Rational(1, 3)], rowDuals: [Rational(1, 3)],
          reducedCosts: [.zero]))
  }

  @Test func provesThatThereIsNoPoint() {
    let program = program([0, 0], [1, 1], [([1, 1], .atLeast, 3)], [0, 0])
    guard case .infeasible(let multipliers) = RationalSimplex.solve(program) else {
      Issue.record("expected an infeasible program")
      return
    }
    #expect(multipliers == [Rational(-1)])
    checkInfeasible(program, multipliers)
  }

  @Test func solvesWithoutRows() {
    let program = program([-1, 2], [1, 2], [], [-2, 5])
    #expect(
      RationalSimplex.solve(program)
        == .optimal(
          value: Rational(12), point: [Rational(-1), Rational(2)], rowDuals: [],
          reducedCosts: [Rational(-2), Rational(5)]))
  }

  @Test func lazyRowsStopAtTheWorkLimit() {
    let program = program(
      [0, 0], [3, 10], [([1, 1], .atMost, 4), ([1, 3], .atMost, 6)], [3, 2])
    #expect(LazyRationalSimplex.solve(program, workLimit: 1) == nil)
    checkProof(program, LazyRationalSimplex.solve(program, candidateRows: [1, 0]))
  }

  @Test func emptyRowsDecideByTheirRightSide() {
    checkProof(program([0], [1], [([0], .atMost, -1)], [1]))
    checkProof(program([0], [1], [([0], .equal, 0)], [1]))
    checkProof(program([0], [1], [([0], .atLeast, 1)], [1]))
  }

  @Test func takesExtremeWeights() {
    let huge = Dyadic.one.scaled(byPowerOfTwo: 600)
    let tiny = Dyadic.one.scaled(byPowerOfTwo: -600)
    let lp = RationalLP(
      lower: [Dyadic(-1), Dyadic(-1)], upper: [.one, .one],
      rows: [
        RationalRow([huge, tiny], .atMost, .zero), RationalRow([huge, -tiny], .atLeast, .zero),
      ], objective: [huge, tiny])
    checkProof(lp)
    guard case .optimal(let value, let point, _, _) = RationalSimplex.solve(lp) else {
      Issue.record("expected an optimum")
      return
    }
    // x = y = 0 bounds the objective by the first row.
    #expect(value == .zero)
    #expect(point[0].magnitude <= Rational(tiny * tiny))
  }

  @Test(arguments: 0..<300 as Range<UInt64>) func identitiesHoldExactly(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    checkProof(randomProgram(&generator))
  }

  /// Many constraints through one point, repeated rows, fixed columns: cycling would hang here.
  @Test(arguments: 0..<40 as Range<UInt64>) func degenerateProgramsEnd(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let count = Int.random(in: 2...5, using: &generator)
    let rows = (0..<16).map { _ in
      RationalRow(
        (0..<count).map { _ in Dyadic(Int.random(in: -1...1, using: &generator)) },
        Bool.random(using: &generator) ? .atMost : .atLeast, .zero)
    }
    checkProof(
      RationalLP(
        lower: (0..<count).map { Dyadic($0 == 0 ? 0 : -1) },
        upper: (0..<count).map { Dyadic($0 == 0 ? 0 : 1) }, rows: rows + rows,
        objective: (0..<count).map { _ in Dyadic(Int.random(in: -2...2, using: &generator)) }))
  }
}

private func program(
  _ lower: [Int], _ upper: [Int], _ rows: [([Int], RowRelation, Int)], _ objective: [Int]
) -> RationalLP {
  RationalLP(
    lower: lower.map { Dyadic($0) }, upper: upper.map { Dyadic($0) },
    rows: rows.map { row in RationalRow(row.0.map { Dyadic($0) }, row.1, Dyadic(row.2)) },
    objective: objective.map { Dyadic($0) })
}

/// Half of them with small integers, hence ties; half with doubles.
private func randomProgram(_ generator: inout SplitMix64) -> RationalLP {
  let isCoarse = Bool.random(using: &generator)
  func number() -> Dyadic {
    isCoarse
      ? Dyadic(Int.random(in: -3...3, using: &generator))
      : Dyadic(Double.random(in: -2...2, using: &generator))
  }
  let columnCount = Int.random(in: 1...5, using: &generator)
  let box = (0..<columnCount).map { _ in [number(), number()].sorted() }
  let relations: [RowRelation] = [.atMost, .atLeast, .atMost, .equal]
  let rows = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
    RationalRow(
      (0..<columnCount).map { _ in number() },
      relations.randomElement(using: &generator) ?? .atMost, number())
  }
  return RationalLP(
    lower: box.map { $0[0] }, upper: box.map { $0[1] }, rows: rows,
    objective: (0..<columnCount).map { _ in number() })
}

/// Checks the answers of both methods: all rows from the start, and rows as they are violated.
private func checkProof(_ program: RationalLP, location: SourceLocation = #_sourceLocation) {
  let outcomes: [RationalLPOutcome?] = [
    RationalSimplex.solve(program), LazyRationalSimplex.solve(program),
  ]
  for outcome in outcomes { checkProof(program, outcome, location) }
  #expect(outcomes[0]?.value == outcomes[1]?.value, sourceLocation: location)
}

private func checkProof(
  _ program: RationalLP, _ outcome: RationalLPOutcome?,
  _ location: SourceLocation = #_sourceLocation
) {
  switch outcome {
  case nil: Issue.record("no answer", sourceLocation: location)
  case .infeasible(let multipliers): checkInfeasible(program, multipliers, location)
  case .optimal(let value, let point, let duals, let reducedCosts):
    checkPoint(program, point, location)
    checkSigns(program, duals, location)
    let objective = program.objective.map { Rational($0) }
    #expect(dot(objective, point) == value, sourceLocation: location)
    #expect(remainder(objective, duals, program) == reducedCosts, sourceLocation: location)
    #expect(dualBound(objective, duals, program) == value, sourceLocation: location)
  }
}

private func checkInfeasible(
  _ program: RationalLP, _ multipliers: [Rational], _ location: SourceLocation = #_sourceLocation
) {
  checkSigns(program, multipliers, location)
  let zeros = [Rational](repeating: .zero, count: program.columnCount)
  #expect(dualBound(zeros, multipliers, program).signum < 0, sourceLocation: location)
}

private func checkPoint(_ program: RationalLP, _ point: [Rational], _ location: SourceLocation) {
  for (index, value) in point.enumerated() {
    #expect(Rational(program.lower[index]) <= value, sourceLocation: location)
    #expect(value <= Rational(program.upper[index]), sourceLocation: location)
  }
  for row in program.rows {
    let slack = Rational(row.rightSide) - dot(row.coefficients.map { Rational($0) }, point)
    switch row.relation {
    case .atMost: #expect(slack.signum >= 0, sourceLocation: location)
    case .atLeast: #expect(slack.signum <= 0, sourceLocation: location)
    case .equal: #expect(slack.signum == 0, sourceLocation: location)
    }
  }
}

private func checkSigns(_ program: RationalLP, _ duals: [Rational], _ location: SourceLocation) {
  for (row, dual) in zip(program.rows, duals) {
    switch row.relation {
    case .atMost: #expect(dual.signum >= 0, sourceLocation: location)
    case .atLeast: #expect(dual.signum <= 0, sourceLocation: location)
    case .equal: break
    }
  }
}

private func dot(_ left: [Rational], _ right: [Rational]) -> Rational {
  zip(left, right).reduce(.zero) { $0 + $1.0 * $1.1 }
}

/// `c - yA`.
private func remainder(
  _ objective: [Rational], _ duals: [Rational], _ program: RationalLP
) -> [Rational] {
  objective.indices.map { column in
    objective[column]
      - dot(duals, program.rows.map { row in Rational(row.coefficients[column]) })
  }
}

/// `y·b + Σ_t max((c - yA)_t x_t)`.
private func dualBound(
  _ objective: [Rational], _ duals: [Rational], _ program: RationalLP
) -> Rational {
  let box = zip(program.lower, program.upper)
  let ends = zip(remainder(objective, duals, program), box).map { cost, ends in
    max(cost * Rational(ends.0), cost * Rational(ends.1))
  }
  return ends.reduce(dot(duals, program.rows.map { Rational($0.rightSide) }), +)
}

extension RationalLPOutcome {
  /// The optimum; nil if there is no point.
  fileprivate var value: Rational? {
    switch self {
    case .optimal(let value, _, _, _): value
    case .infeasible: nil
    }
  }
}

extension Rational {
  fileprivate var magnitude: Rational { signum < 0 ? -self : self }
}
