internal import NeuralNetwork

/// The line between two inputs, cut where an open unit changes its sign; all in doubles.
struct RegionLine {
  let network: Network
  let openUnits: [UnitID]
  let start: [Double]
  let end: [Double]

  /// A point in the middle of each piece.
  ///
  /// Layer by layer: between two neighbouring cuts all pre-activations of the next layer are
  /// affine, so a sign changes at most once, and where follows from the values at both cuts.
  func pieceMiddles(layerCount: Int) -> [[Double]] {
    var cuts = [0.0, 1.0]
    for k in 0..<layerCount {
      let units = openUnits.filter { $0.layer == k }
      guard !units.isEmpty else { continue }
      let values = network.preactivations(
        of: BatchMatrix(rows: cuts.map(point), columnCount: start.count))[k]
      var added: [Double] = []
      for i in cuts.indices.dropLast() {
        for unit in units {
          let here = values[i, unit.index]
          let there = values[i + 1, unit.index]
          guard here < 0 && there > 0 || here > 0 && there < 0 else { continue }
          added.append(cuts[i] + (cuts[i + 1] - cuts[i]) * (here / (here - there)))
        }
      }
      cuts = Set(cuts + added).sorted()
    }
    return zip(cuts, cuts.dropFirst()).map { point(at: ($0 + $1) / 2) }
  }

  private func point(at share: Double) -> [Double] {
    zip(start, end).map { $0 + share * ($1 - $0) }
  }
}
