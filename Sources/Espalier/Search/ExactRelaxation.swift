internal import BigInt
internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// The triangle relaxation of one branch in exact arithmetic: no float anywhere, so it also ends
/// where solvers are useless, and it finds the multipliers of ties that rounding misses.
///
/// - Source: `docs/method.md`, "Completeness": with all phases fixed the leaf inequality is
///   linear programming duality, so every true claim has a leaf and every false one a witness.
struct ExactRelaxation {
  /// What the program says.
  enum Outcome {
    /// A leaf that closes the branch.
    case closed(Leaf)
    /// The largest value is positive at an input; `gap` is the open unit whose relaxation is
    /// loosest there, nil if the network itself takes the value.
    case positive([Rational], gap: UnitID?)
    /// The program is too large.
    case tooLarge
  }

  /// The most rows times columns that are written down.
  static let maximumSize = 150_000
  /// The most work of one program, in products of machine words.
  static let workLimit = 30_000_000
  /// The same for a branch that could be split as well.
  static let branchWorkLimit = 60_000

  let state: ProofState
  let target: UnitID
  let side: Side

  /// True if the exact program is small enough to be worth solving.
  static func isSolvable(state: ProofState, layer: Int) -> Bool {
    let network = state.network.network
    let unitCount = network.layers[..<layer].reduce(0) { $0 + $1.unitCount }
    let openCount = ExactProgram.openUnits(state: state, below: layer, phases: [:]).count
    let n = network.inputCount
    let columnCount = n + openCount + (state.domain.ball == nil ? 0 : n)
    let rowCount = 2 * unitCount + state.domain.rows.count + (state.domain.ball == nil ? 0 : 2 * n)
    return columnCount * (rowCount + 1) <= maximumSize
  }

  /// Solves the relaxation of a branch.
  func solve(_ phases: [UnitID: Phase], workLimit: Int = Self.workLimit) -> Outcome {
    let program = ExactProgram(state: state, target: target, phases: phases)
    let objective = program.forms[target.layer][target.index].scaled(by: side.sign)
    let outcome = LazyRationalSimplex.solve(
      RationalLP(
        lower: program.lower, upper: program.upper, rows: program.rows,
        objective: program.padded(objective.coefficients)),
      workLimit: workLimit)
    switch outcome {
    case nil: return .tooLarge
    case .infeasible(let multipliers):
      return .closed(leaf(multipliers, of: program, claims: false))
    case .optimal(let value, let point, let duals, _):
      if (value + Rational(objective.constant)).signum <= 0 {
        return .closed(leaf(duals, of: program, claims: true))
      }
      return .positive(
        Array(point[..<state.domain.inputCount]), gap: loosestUnit(of: program, at: point))
    }
  }

  /// The open unit with the largest `h - max(z, 0)`, compared exactly with 0.
  private func loosestUnit(of program: ExactProgram, at point: [Rational]) -> UnitID? {
    let (factor, scaled) = Rational.clearingDenominators(of: point)
    var best: (unit: UnitID, gap: Dyadic)?
    for (unit, column) in program.columns.sorted(by: { $0.key < $1.key }) {
      let z = program.forms[unit.layer][unit.index]
        .value(at: scaled, factor: Dyadic(factor, exponent: 0))
      let gap = scaled[column] - max(z, .zero)
      if gap.signum > 0, best.map({ $0.gap < gap }) ?? true { best = (unit, gap) }
    }
    return best?.unit
  }

  // MARK: Leaves from multipliers

  /// The leaf whose multipliers reproduce those of the rows.
  ///
  /// A row with dual `y` in which `z` has the coefficient `c` takes `y c` off the multiplier of
  /// the unit; a linear unit has that of its output besides. The row `Σ e_t ≤ radius` gives μ.
  private func leaf(_ duals: [Rational], of program: ExactProgram, claims: Bool) -> Leaf {
    let (factor, scaled) = Rational.clearingDenominators(of: duals)
    let claim = claims ? Dyadic(factor, exponent: 0) : .zero
    var weights: [UnitID: Dyadic] = [:]
    for (row, dual) in zip(program.unitRows, scaled) where !dual.isZero {
      weights[row.unit, default: .zero] += row.slope * dual
    }
    let rows = scaled[program.unitRows.count...].prefix(state.domain.rows.count).enumerated()
      .filter { !$1.isZero }.map { Leaf.RowMultiplier(row: $0, value: $1) }
    return Leaf(
      units: unitMultipliers(weights, of: program, claim: claim), rows: rows,
      ball: state.domain.ball == nil ? .zero : scaled.last ?? .zero, claim: claim)
  }

  private func unitMultipliers(
    _ weights: [UnitID: Dyadic], of program: ExactProgram, claim: Dyadic
  ) -> [Leaf.UnitMultiplier] {
    let layers = state.network.network.layers
    var coefficients = layers[target.layer].weights.row(target.index)
      .map { claim * side.sign * Dyadic($0) }
    var result: [Leaf.UnitMultiplier] = []
    for k in stride(from: target.layer - 1, through: 0, by: -1) {
      var next = [Dyadic](repeating: .zero, count: layers[k].inputCount)
      for i in stride(from: layers[k].unitCount - 1, through: 0, by: -1) {
        let unit = UnitID(layer: k, index: i)
        let weight = weights[unit] ?? .zero
        let multiplier = program.phase(of: unit) == .on ? coefficients[i] - weight : -weight
        if !weight.isZero { result.append(.init(unit: unit, value: multiplier)) }
        if multiplier.isZero { continue }
        for (j, number) in layers[k].weights.row(i).enumerated() where number != 0 {
          next[j] += multiplier * Dyadic(number)
        }
      }
      coefficients = next
    }
    return result.reversed()
  }
}
