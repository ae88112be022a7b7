public import NeuralNetwork

/// Why there is no certificate of a count.
public enum RegionFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// A region has no point in binary numbers, because of the rows of the domain.
  case noPoint
  /// A side that the search calls empty has no proof: a fault of the program.
  case noProof(UnitID)
  /// The domain has an L1 ball.
  case ball
  /// The rows leave the domain no inside, where one is needed.
  case thinDomain
  /// Cells are to be held by vertices, but there are too many inputs.
  case noFaces(inputCount: Int)

  public var description: String {
    switch self {
    case .noPoint:
      "a region has no point that meets all rows of the domain exactly in binary numbers, so there "
        + "is no certificate; widen the rows a little, or count with --no-proof"
    case .noProof(let unit):
      "the search calls a side of \(unit) empty, but cannot prove it; please report this, and count "
        + "with --engine exact"
    case .noFaces(let count):
      "engine faces: expected at most \(RegionOptions.largestFaceDimension) free inputs, found "
        + "\(count); use --engine cells"
    case .thinDomain:
      "the rows of the domain leave it no inside: expected a point that is strictly inside all of "
        + "them; count with --definition activation or patterns, by auto, cells or exact"
    case .ball:
      "expected a box, with or without rows; regions in L1 balls are not counted: use a box around "
        + "the ball, or write the ball as rows"
    }
  }
}
