internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// The exact linear program on the part of the domain where every unit below the target that
/// matters has an assumed phase: no float anywhere, so it also ends where solvers are useless.
///
/// - Source: `docs/method.md`, "Completeness": with all phases fixed the leaf inequality is
///   linear programming duality, so every true claim has a leaf and every false one a witness.
struct ExactCell {
  /// What the program says.
  enum Outcome {
    /// A leaf that closes the branch.
    case closed(Leaf)
    /// A point of the cell at which the target is positive.
    case positive([Rational])
    /// The cell is not empty; nothing was asked about the target.
    case inhabited
  }

  /// The most columns times rows that are solved; beyond, dense exact pivots take too long.
  static let maximumTableau = 4000

  let state: ProofState
  let target: UnitID
  let side: Side

  /// True if the exact program is small enough to be worth solving.
  static func isSolvable(network: Network, domain: InputDomain, layer: Int) -> Bool {
    let units = network.layers[..<layer].reduce(0) { $0 + $1.unitCount }
    return domain.ball == nil
      && network.inputCount * (units + domain.rows.count + 1) <= maximumTableau
  }

  /// Solves the cell of the given phases.
  ///
  /// - Parameter order: The units with an assumed phase, in ascending order; the phases of all open
  ///   units of a layer must be assumed before any of the next.
  /// - Parameter isComplete: True if every open unit below the target has a phase, and the target is
  ///   to be maximized.
  func solve(order: [UnitID], phases: [UnitID: Phase], isComplete: Bool) -> Outcome {
    let forms = affineForms(phases, layers: (order.last?.layer ?? -1) + 1)
    var rows = order.map { unit in
      let form = forms[unit.layer][unit.index]
      return RationalRow(
        form.coefficients, phases[unit] == .on ? .atLeast : .atMost, -form.constant)
    }
    let inputCount = state.domain.inputCount
    for row in state.domain.rows {
      var coefficients = [Dyadic](repeating: .zero, count: inputCount)
      for term in row.terms { coefficients[term.input] = Dyadic(term.coefficient) }
      rows.append(RationalRow(coefficients, .atMost, Dyadic(row.bound)))
    }
    var objective = AffineForm(inputCount: inputCount)
    if isComplete {
      let all = affineForms(phases, layers: target.layer + 1)
      objective = all[target.layer][target.index].scaled(by: side.sign)
    }
    let outcome = RationalSimplex.solve(
      RationalLP(
        lower: state.domain.box.lower.map { Dyadic($0) },
        upper: state.domain.box.upper.map { Dyadic($0) }, rows: rows,
        objective: objective.coefficients))
    switch outcome {
    case .infeasible(let multipliers):
      return .closed(leaf(multipliers, order: order, phases: phases, claims: false))
    case .optimal(let value, let point, let duals, _):
      guard isComplete else { return .inhabited }
      let maximum = value + Rational(objective.constant)
      return maximum.signum > 0
        ? .positive(point) : .closed(leaf(duals, order: order, phases: phases, claims: true))
    }
  }

  // MARK: Leaves from multipliers

  /// The leaf whose multipliers reproduce those of the rows of the cell.
  private func leaf(
    _ duals: [Rational], order: [UnitID], phases: [UnitID: Phase], claims: Bool
  ) -> Leaf {
    let (factor, scaled) = Rational.clearingDenominators(of: duals)
    let claim = claims ? Dyadic(factor, exponent: 0) : .zero
    var weights: [UnitID: Dyadic] = [:]
    // A row `z ≥ 0` has a dual of at most 0, a row `z ≤ 0` one of at least 0.
    for (unit, dual) in zip(order, scaled) {
      weights[unit] = phases[unit] == .on ? -dual : dual
    }
    let rows = scaled[order.count...].enumerated().filter { !$1.isZero }
      .map { Leaf.RowMultiplier(row: $0, value: $1) }
    return Leaf(
      units: unitMultipliers(weights, phases: phases, claim: claim), rows: rows, claim: claim)
  }

  private func unitMultipliers(
    _ weights: [UnitID: Dyadic], phases: [UnitID: Phase], claim: Dyadic
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
        let multiplier: Dyadic
        switch phase(of: unit, phases) {
        case .on: multiplier = coefficients[i] + weight
        case .off: multiplier = -weight
        case nil: multiplier = .zero
        }
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

  // MARK: Affine forms

  private func phase(of unit: UnitID, _ phases: [UnitID: Phase]) -> Phase? {
    if state.network.network.activation(of: unit) == .identity { return .on }
    if let phase = phases[unit] { return phase }
    let interval = state[unit]
    if interval.lower.signum >= 0 { return .on }
    return interval.upper.signum <= 0 ? .off : nil
  }

  /// The pre-activations of the first layers as affine forms of the input.
  private func affineForms(_ phases: [UnitID: Phase], layers count: Int) -> [[AffineForm]] {
    var forms: [[AffineForm]] = []
    for (k, layer) in state.network.network.layers[..<count].enumerated() {
      let inputs: [AffineForm?] =
        k == 0
        ? []
        : forms[k - 1].enumerated().map { i, form in
          phase(of: UnitID(layer: k - 1, index: i), phases) == .on ? form : nil
        }
      forms.append(
        (0..<layer.unitCount).map { i in
          var form = AffineForm(inputCount: state.domain.inputCount)
          form.constant = Dyadic(layer.biases[i])
          for (j, weight) in layer.weights.row(i).enumerated() where weight != 0 {
            if k == 0 {
              form.coefficients[j] = Dyadic(weight)
            } else if let input = inputs[j] {
              form.add(input, times: Dyadic(weight))
            }
          }
          return form
        })
    }
    return forms
  }
}

/// An exact affine form of the input.
private struct AffineForm {
  var coefficients: [Dyadic]
  var constant = Dyadic.zero

  init(inputCount: Int) { coefficients = Array(repeating: .zero, count: inputCount) }

  mutating func add(_ other: AffineForm, times factor: Dyadic) {
    constant += factor * other.constant
    for j in coefficients.indices where !other.coefficients[j].isZero {
      coefficients[j] += factor * other.coefficients[j]
    }
  }

  func scaled(by factor: Dyadic) -> AffineForm {
    var result = AffineForm(inputCount: coefficients.count)
    result.add(self, times: factor)
    return result
  }
}
