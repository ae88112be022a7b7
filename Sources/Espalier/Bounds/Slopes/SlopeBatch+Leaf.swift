internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

extension SlopeBatch {
  /// The leaf with the best multipliers of a row.
  ///
  /// - Parameter isSmall: True if the checker's big integers are fast enough, so that units which
  ///   are linear need no short multiplier.
  func leaf(row r: Int, rounding: RelaxationSession.Rounding, isSmall: Bool) -> Leaf {
    var units: [Leaf.UnitMultiplier] = []
    for (k, part) in network.parts.enumerated() {
      let start = r * network.unitCount + part.offset
      let largest = part.units.indices.reduce(Float(0)) {
        max($0, abs(bestMultipliers[start + $1]))
      }
      let passesOn = k == network.parts.count - 1 || isSmall || rounding.passesOn
      for (i, index) in part.units.enumerated() {
        let kind = SlopeNetwork.Kind(rawValue: kinds[start + i])
        let isLinear = kind == .on || kind == .identity
        if isLinear && passesOn && bestShifts[start + i] == 0 { continue }
        let value = rounding.round(Double(bestMultipliers[start + i]), largest: Double(largest))
        if !value.isFinite || value == 0 && !isLinear { continue }
        units.append(.init(unit: UnitID(layer: part.layer, index: index), value: Dyadic(value)))
      }
    }
    return Leaf(units: units)
  }
}
