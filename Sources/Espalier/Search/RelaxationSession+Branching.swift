internal import Certificates
internal import NeuralNetwork

extension RelaxationSession {
  /// The relaxation gap, relative to the size of the bounds, below which a unit counts as exact.
  static let gapTolerance = 1e-9

  /// The open unit whose relaxation is loosest at the point, weighted by its slope; without a
  /// point or a gap, the one with the widest bounds; nil if every unit has a phase.
  func branchingUnit(_ phases: [UnitID: Phase], point: [Double]?) -> UnitID? {
    var best: (unit: UnitID, gap: Double)?
    var widest: (unit: UnitID, width: Double)?
    for (k, layer) in relaxation.units.enumerated() {
      for (i, entry) in layer.enumerated() {
        let unit = UnitID(layer: k, index: i)
        guard let z = entry.preactivation, let h = entry.postactivation, phases[unit] == nil
        else { continue }
        let width = min(entry.upper, -entry.lower)
        if width > widest?.width ?? -1 { widest = (unit, width) }
        guard let point else { continue }
        let gap = point[h] - max(point[z], 0)
        if gap > Self.gapTolerance * (entry.upper - entry.lower), gap > best?.gap ?? 0 {
          best = (unit, gap)
        }
      }
    }
    return best?.unit ?? widest?.unit
  }
}
