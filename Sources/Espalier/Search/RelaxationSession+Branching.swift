internal import Certificates
internal import NeuralNetwork

extension RelaxationSession {
  /// The relaxation gap, relative to the size of the bounds, below which a unit counts as exact.
  static let gapTolerance = 1e-9

  /// The open unit on which a branch is split: of those that the relaxation does not meet, the one
  /// with the largest `SplitScore`; without a solution or such a unit, the one with the widest
  /// bounds; nil if every unit has a phase.
  func branchingUnit(_ phases: [UnitID: Phase], solution: Solution?) -> UnitID? {
    var best: (unit: UnitID, score: Double)?
    var widest: (unit: UnitID, width: Double)?
    let coefficients = solution.map(outputCoefficients) ?? []
    for (k, layer) in relaxation.units.enumerated() {
      for (i, entry) in layer.enumerated() {
        let unit = UnitID(layer: k, index: i)
        guard let z = entry.preactivation, let h = entry.postactivation, phases[unit] == nil
        else { continue }
        let width = min(entry.upper, -entry.lower)
        if width > widest?.width ?? -1 { widest = (unit, width) }
        guard let solution else { continue }
        let (value, output) = (solution.point[z], solution.point[h])
        guard output - max(value, 0) > Self.gapTolerance * (entry.upper - entry.lower) else {
          continue
        }
        let score = SplitScore.of(
          coefficient: coefficients[k][i], preactivation: value, output: output,
          bound: solution.value)
        if score > best?.score ?? 0 { best = (unit, score) }
      }
    }
    return best?.unit ?? widest?.unit
  }

  /// What the outputs of all units below the target count in the bound that the duals give.
  private func outputCoefficients(_ solution: Solution) -> [[Double]] {
    var multipliers: [(unit: Int, value: Double)] = [target]
    var coefficients: [[Double]] = []
    for k in (0..<relaxation.layer).reversed() {
      let weights = relaxation.network.layers[k + 1].weights
      var sums = [Double](repeating: 0, count: weights.columnCount)
      for (unit, multiplier) in multipliers where multiplier != 0 {
        for (i, weight) in weights.row(unit).enumerated() { sums[i] += multiplier * weight }
      }
      coefficients.append(sums)
      multipliers = relaxation.units[k].enumerated().map { i, entry in
        (i, entry.affineRow.map { solution.duals[$0] } ?? 0)
      }
    }
    return coefficients.reversed()
  }
}
