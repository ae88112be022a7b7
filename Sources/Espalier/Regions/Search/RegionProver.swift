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
  /// Asked before every pivot of exact programs; once it says so, there are no leaves and points.
  private let shouldStop: @Sendable () -> Bool

  init(_ network: PartNetwork, shouldStop: @escaping @Sendable () -> Bool = { false }) {
    self.network = network
    self.shouldStop = shouldStop
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
    guard let exact = exactLeaf(state, row: i, isOn: isOn) else { return nil }
    return evaluation.holds(exact, unit: unit, side: emptySide.bounded, phases: phases)
      ? exact : nil
  }

  /// The phases of a state as proofs assume them.
  func phases(of state: RegionState) -> [UnitID: Phase] {
    var phases: [UnitID: Phase] = [:]
    for (unit, phase) in zip(network.units, state.phases) { phases[unit] = phase.phase }
    return phases
  }

  /// The leaf for multipliers in doubles, rounded to float32 or left as they are.
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
    let units = RegionLeaf(
      network: network, state: state, weights: weights,
      written: { $0.isFinite ? Dyadic($0) : nil }, read: round
    ).units(row: i, start: isOn ? 1 : -1)
    return Leaf(units: units, rows: rows.sorted { $0.row < $1.row })
  }

  /// The leaf whose exact multipliers reproduce those of the cell's program.
  private func exactLeaf(_ state: RegionState, row i: Int, isOn: Bool) -> Leaf? {
    guard let maximum = exactCell(state).maximum(layer: state.layer, row: i, isOn: isOn) else {
      return nil
    }
    let (factor, scaled) = Rational.clearingDenominators(of: maximum.multipliers)
    let claim = Dyadic(factor, exponent: 0)
    let rowCount = network.domainRows.count
    var weights: [UnitID: Dyadic] = [:]
    for (cut, value) in zip(state.cuts?.all ?? [], scaled[rowCount...]) where !value.isZero {
      weights[network.units[cut.position]] = value
    }
    let units = RegionLeaf(
      network: network, state: state, weights: weights, written: { $0 }, read: { $0 }
    ).units(row: i, start: isOn ? claim : -claim)
    let rows = scaled[..<rowCount].enumerated().filter { !$1.isZero }
      .map { Leaf.RowMultiplier(row: $0, value: $1) }
    return Leaf(units: units, rows: rows, claim: claim)
  }

  func exactCell(_ state: RegionState) -> ExactCell {
    ExactCell(
      network,
      forms: state.exact ?? ExactForms(network, phases: state.phases, depth: state.layer),
      cuts: state.cuts, shouldStop: shouldStop)
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
    guard let inner = exactCell(state).innerPoint(state.phases) else { return nil }
    let box = network.proved.domain.box
    for bits in WitnessRounding.precisions {
      let point = inner.enumerated().map { t, value in
        let rounded = value.dyadic ?? value.rounded(fractionBits: bits)
        return min(max(rounded, Dyadic(box.lower[t])), Dyadic(box.upper[t]))
      }
      if evaluation.fault(of: point, phases: phases) == nil { return point }
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
