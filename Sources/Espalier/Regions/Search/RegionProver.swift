internal import BigInt
internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Turns what a search found about a cell into nodes that the checker accepts.
///
/// Multipliers are rounded to float32 first, then to doubles; where both miss, exact programs give
/// those that fit. Every leaf and every point is checked here, by the checker's own arithmetic.
struct RegionProver: Sendable {
  private let network: PartNetwork
  private let evaluation: RegionEvaluation

  init(_ network: PartNetwork) {
    self.network = network
    evaluation = RegionEvaluation(network.proved, layerCount: network.layerCount)
  }

  // MARK: Empty sides

  /// A leaf that shows that one strict side of a unit is empty on a cell.
  ///
  /// - Parameter claimed: What a program in doubles says about the cell, if it says anything.
  /// - Returns: nil if there is no such leaf: then the side is not empty.
  func leaf(
    _ state: RegionState, row i: Int, emptySide: RegionSide, program: CellProgram?
  ) -> Leaf? {
    let isOn = emptySide == .on
    let unit = network.layers[state.layer].rows[i].unit
    let phases = phases(of: state)
    if let program {
      let objective = state.forms.row(i).map { isOn ? $0 : -$0 }
      if let answer = program.maximize(objective) {
        for isShort in [true, false] {
          let leaf = leaf(state, row: i, isOn: isOn, program, answer.multipliers, isShort: isShort)
          if evaluation.holds(leaf, unit: unit, side: emptySide.bounded, phases: phases) {
            return leaf
          }
        }
      }
    }
    let exact = exactLeaf(state, row: i, isOn: isOn)
    return evaluation.holds(exact, unit: unit, side: emptySide.bounded, phases: phases)
      ? exact : nil
  }

  /// The phases of a state as proofs assume them.
  func phases(of state: RegionState) -> [UnitID: Phase] {
    var phases: [UnitID: Phase] = [:]
    for (unit, phase) in zip(network.units, state.phases) { phases[unit] = phase.phase }
    return phases
  }

  /// The leaf for multipliers in doubles: the constraint of a cut with multiplier `y` adds `y` to
  /// what the unit passes on if it is on, and `-y` to nothing if it is off.
  private func leaf(
    _ state: RegionState, row i: Int, isOn: Bool, _ program: CellProgram,
    _ multipliers: [(index: Int, value: Double)], isShort: Bool
  ) -> Leaf {
    func round(_ value: Double) -> Double { isShort ? Double(Float(value)) : value }
    var rows: [Leaf.RowMultiplier] = []
    var weights: [UnitID: Double] = [:]
    for (index, value) in multipliers {
      switch program.constraints[index].source {
      case .row(let row):
        let rounded = round(value)
        if rounded > 0, rounded.isFinite { rows.append(.init(row: row, value: Dyadic(rounded))) }
      case .unit(let position): weights[network.units[position]] = value
      }
    }
    rows.sort { $0.row < $1.row }
    var units: [Leaf.UnitMultiplier] = []
    var passed = [Double](repeating: 0, count: network.layers[state.layer].rows.count)
    for k in stride(from: state.layer, through: 0, by: -1) {
      let layer = network.layers[k]
      var below = [Double](repeating: 0, count: k == 0 ? 0 : layer.belowCount)
      for j in stride(from: layer.rows.count - 1, through: 0, by: -1) {
        let row = layer.rows[j]
        let phase = row.position.map { state.phases[$0] }
        let isLinear = phase?.isOn ?? true
        var value = isLinear ? passed[j] : 0
        if k == state.layer {
          value = j == i ? (isOn ? 1 : -1) : 0
        }
        if let weight = weights[row.unit] {
          value = round(value + (isLinear ? weight : -weight))
          if value.isFinite {
            units.append(.init(unit: row.unit, value: Dyadic(value)))
          }
        }
        if value == 0 || k == 0 { continue }
        for t in below.indices { below[t] += value * layer.weights[j * layer.belowCount + t] }
      }
      passed = below
    }
    return Leaf(units: units.reversed(), rows: rows)
  }

  /// The leaf whose exact multipliers reproduce those of the cell's program.
  private func exactLeaf(_ state: RegionState, row i: Int, isOn: Bool) -> Leaf {
    let cell = exactCell(state)
    let maximum = cell.maximum(layer: state.layer, row: i, isOn: isOn)
    let (factor, scaled) = Rational.clearingDenominators(of: maximum.multipliers)
    let claim = Dyadic(factor, exponent: 0)
    let rowCount = network.domainRows.count
    var weights: [UnitID: Dyadic] = [:]
    for (cut, value) in zip(state.cuts?.all ?? [], scaled[rowCount...]) where !value.isZero {
      weights[network.units[cut.position]] = value
    }
    let rows = scaled[..<rowCount].enumerated().filter { !$1.isZero }
      .map { Leaf.RowMultiplier(row: $0, value: $1) }
    var units: [Leaf.UnitMultiplier] = []
    var passed: [Dyadic] = []
    for k in stride(from: state.layer, through: 0, by: -1) {
      let layer = network.layers[k]
      var below = [Dyadic](repeating: .zero, count: k == 0 ? 0 : layer.belowCount)
      for j in stride(from: layer.rows.count - 1, through: 0, by: -1) {
        let row = layer.rows[j]
        let isLinear = row.position.map { state.phases[$0].isOn } ?? true
        var value = isLinear && k < state.layer ? passed[j] : .zero
        if k == state.layer && j == i { value = isOn ? claim : -claim }
        if let weight = weights[row.unit] {
          value += isLinear ? weight : -weight
          units.append(.init(unit: row.unit, value: value))
        } else if k < state.layer, isZero(row, state), !passed[j].isZero {
          units.append(.init(unit: row.unit, value: .zero))
        }
        if value.isZero || k == 0 { continue }
        for t in below.indices {
          let weight = layer.weights[j * layer.belowCount + t]
          if weight != 0 { below[t] += value * Dyadic(weight) }
        }
      }
      passed = below
    }
    return Leaf(units: units.reversed(), rows: rows, claim: claim)
  }

  /// True if a unit would by default pass on what is 0 on the domain, but not all over the box.
  private func isZero(_ row: PartNetwork.Row, _ state: RegionState) -> Bool {
    row.position.map { state.phases[$0] == .zero } ?? false
  }

  func exactCell(_ state: RegionState) -> ExactCell {
    ExactCell(
      network,
      forms: state.exact ?? ExactForms(network, phases: state.phases, depth: state.layer),
      cuts: state.cuts)
  }

  // MARK: Points

  /// A dyadic point with the signs of a state; nil if none was found.
  ///
  /// - Parameter candidates: Points of the part's inputs that may do, the best first.
  func point(_ state: RegionState, candidates: [[Double]]) -> [Dyadic]? {
    let phases = phases(of: state)
    for candidate in candidates {
      for isShort in [true, false] {
        let point = expanded(candidate.map { Dyadic(isShort ? Double(Float($0)) : $0) })
        if evaluation.fault(of: point, phases: phases) == nil { return point }
      }
    }
    guard let inner = exactCell(state).innerPoint() else { return nil }
    let box = network.proved.domain.box
    for bits in WitnessRounding.precisions {
      // On the way to the center units that are 0 only on the edge of the box leave 0.
      let point = inner.enumerated().map { t, value in
        let middle = (Rational(Dyadic(box.lower[t])) + Rational(Dyadic(box.upper[t])))
          .scaled(byPowerOfTwo: -1)
        let pulled = value + (middle - value).scaled(byPowerOfTwo: -bits / 2)
        let rounded = pulled.dyadic ?? pulled.rounded(fractionBits: bits)
        return min(max(rounded, Dyadic(box.lower[t])), Dyadic(box.upper[t]))
      }
      if evaluation.fault(of: point, phases: phases) == nil { return point }
      let plain = inner.map { $0.dyadic ?? $0.rounded(fractionBits: bits) }
      if evaluation.fault(of: plain, phases: phases) == nil { return plain }
    }
    return nil
  }

  /// A point of all inputs: those that do not count are at the lower end of the box.
  private func expanded(_ point: [Dyadic]) -> [Dyadic] {
    var all = network.proved.domain.box.lower.map { Dyadic($0) }
    for (t, value) in zip(network.inputs, point) { all[t] = value }
    return all
  }
}
