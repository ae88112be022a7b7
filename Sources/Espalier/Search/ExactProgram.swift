internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// The triangle relaxation under assumed phases as an exact linear program.
///
/// Columns: the inputs; the post-activation `h` of every open unit; with a ball a column
/// `e_t ≥ |x_t - center_t|` per input. Every pre-activation is written as a form of these, so the
/// only rows are those of the relaxation itself:
///
/// - a unit with a phase or a proved sign, on `[low, high]`: `z ≤ high` and `z ≥ low`;
/// - an open unit on `[l, u]`: `z ≤ h` and `(u - l) h - u z ≤ -u l`, where `h` lies in `[0, u]`;
/// - the rows of the domain, `±(x_t - center_t) ≤ e_t` and `Σ e_t ≤ radius`.
///
/// Units that neither the target nor an assumed phase depends on have no rows: they say nothing.
struct ExactProgram {
  /// A row that belongs to a unit.
  struct UnitRow {
    let unit: UnitID
    /// The coefficient of the unit's `z` in the row.
    let slope: Dyadic
  }

  let state: ProofState
  let phases: [UnitID: Phase]
  /// The forms of all units of the layers below the target and of its own, by layer and index.
  private(set) var forms: [[AffineForm]] = []
  /// The column of each open unit's `h`.
  private(set) var columns: [UnitID: Int] = [:]
  /// The first rows of the program: those of units.
  private(set) var unitRows: [UnitRow] = []
  /// All rows: those of units, of the domain, and of the ball, its radius last.
  private(set) var rows: [RationalRow] = []
  private(set) var lower: [Dyadic]
  private(set) var upper: [Dyadic]
  private let needed: Set<UnitID>

  /// The program of all layers below a target.
  init(state: ProofState, target: UnitID, phases: [UnitID: Phase]) {
    self.state = state
    self.phases = phases
    lower = state.domain.box.lower.map { Dyadic($0) }
    upper = state.domain.box.upper.map { Dyadic($0) }
    needed = Self.neededUnits(state: state, target: target, phases: phases)
    for unit in Self.openUnits(state: state, below: target.layer, phases: phases)
    where needed.contains(unit) {
      columns[unit] = lower.count
      lower.append(.zero)
      upper.append(state[unit].upper)
    }
    for k in 0...target.layer {
      let units = state.network.network.layers[k].activations.indices.map {
        UnitID(layer: k, index: $0)
      }
      forms.append(
        units.map { needed.contains($0) ? form($0) : AffineForm(columnCount: 0) })
      if k < target.layer {
        for unit in units where needed.contains(unit) { addRows(unit) }
      }
    }
    addDomainRows()
    if let ball = state.domain.ball { add(ball) }
  }

  /// The ReLU units whose sign neither an interval nor a phase tells, in ascending order.
  static func openUnits(
    state: ProofState, below layer: Int, phases: [UnitID: Phase]
  ) -> [UnitID] {
    state.network.network.reluUnits.filter { unit in
      unit.layer < layer && phases[unit] == nil && state[unit].lower.signum < 0
        && state[unit].upper.signum > 0
    }
  }

  /// The target, the units with an assumed phase, and whatever these read.
  private static func neededUnits(
    state: ProofState, target: UnitID, phases: [UnitID: Phase]
  ) -> Set<UnitID> {
    let network = state.network.network
    var needed = Set(phases.keys).union([target])
    for k in stride(from: target.layer, to: 0, by: -1) {
      for i in network.layers[k].activations.indices
      where needed.contains(UnitID(layer: k, index: i)) {
        for (j, weight) in network.layers[k].weights.row(i).enumerated() where weight != 0 {
          let input = UnitID(layer: k - 1, index: j)
          if phase(of: input, state: state, phases: phases) != .off { needed.insert(input) }
        }
      }
    }
    return needed
  }

  /// What a unit is known or assumed to do; nil if it is open.
  func phase(of unit: UnitID) -> Phase? {
    Self.phase(of: unit, state: state, phases: phases)
  }

  private static func phase(
    of unit: UnitID, state: ProofState, phases: [UnitID: Phase]
  ) -> Phase? {
    if state.network.network.activation(of: unit) == .identity { return .on }
    if let phase = phases[unit] { return phase }
    let interval = state[unit]
    if interval.lower.signum >= 0 { return .on }
    return interval.upper.signum <= 0 ? .off : nil
  }

  // MARK: Forms and rows

  private func form(_ unit: UnitID) -> AffineForm {
    let layer = state.network.network.layers[unit.layer]
    var form = AffineForm(columnCount: state.domain.inputCount + columns.count)
    form.constant = Dyadic(layer.biases[unit.index])
    for (j, weight) in layer.weights.row(unit.index).enumerated() where weight != 0 {
      if unit.layer == 0 {
        form.coefficients[j] = Dyadic(weight)
        continue
      }
      let input = UnitID(layer: unit.layer - 1, index: j)
      if let column = columns[input] {
        form.coefficients[column] += Dyadic(weight)
      } else if phase(of: input) == .on {
        form.add(forms[input.layer][j], times: Dyadic(weight))
      }
    }
    return form
  }

  private mutating func addRows(_ unit: UnitID) {
    let form = forms[unit.layer][unit.index]
    let interval = state[unit]
    guard let column = columns[unit] else {
      let isRelu = state.network.network.activation(of: unit) == .relu
      let isOn = phase(of: unit) == .on
      let low = isRelu && isOn ? max(interval.lower, .zero) : interval.lower
      let high = isRelu && !isOn ? min(interval.upper, .zero) : interval.upper
      add(form, .atMost, high, unit: unit, slope: .one)
      add(form, .atLeast, low, unit: unit, slope: .one)
      return
    }
    var above = form
    above.coefficients[column] -= .one
    add(above, .atMost, .zero, unit: unit, slope: .one)
    var triangle = form.scaled(by: -interval.upper)
    triangle.coefficients[column] += interval.upper - interval.lower
    add(
      triangle, .atMost, -(interval.upper * interval.lower), unit: unit, slope: -interval.upper)
  }

  private mutating func add(
    _ form: AffineForm, _ relation: RowRelation, _ bound: Dyadic, unit: UnitID, slope: Dyadic
  ) {
    unitRows.append(UnitRow(unit: unit, slope: slope))
    rows.append(RationalRow(padded(form.coefficients), relation, bound - form.constant))
  }

  /// Coefficients for all columns, those of the ball included.
  func padded(_ coefficients: [Dyadic]) -> [Dyadic] {
    let n = state.domain.inputCount
    let count = n + columns.count + (state.domain.ball == nil ? 0 : n)
    return coefficients + [Dyadic](repeating: .zero, count: count - coefficients.count)
  }

  private mutating func addDomainRows() {
    for row in state.domain.rows {
      var coefficients = padded([])
      for term in row.terms { coefficients[term.input] = Dyadic(term.coefficient) }
      rows.append(RationalRow(coefficients, .atMost, Dyadic(row.bound)))
    }
  }

  private mutating func add(_ ball: L1Ball) {
    let start = lower.count
    var sum = padded([])
    for (t, value) in ball.center.enumerated() {
      let center = Dyadic(value)
      lower.append(.zero)
      upper.append(max((lower[t] - center).magnitude, (upper[t] - center).magnitude))
      sum[start + t] = .one
      for sign in [Dyadic.one, Dyadic(-1)] {
        var part = padded([])
        part[t] = sign
        part[start + t] = Dyadic(-1)
        rows.append(RationalRow(part, .atMost, sign * center))
      }
    }
    rows.append(RationalRow(sum, .atMost, Dyadic(ball.radius)))
  }
}
