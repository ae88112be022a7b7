public import NeuralNetwork

/// What lies behind an edge of a polygon.
public enum EdgeSource: Hashable, Sendable, CustomStringConvertible {
  /// The pre-activation of a unit is zero along the edge.
  case unit(UnitID)
  /// An input is at its lower end.
  case lowerEnd(input: Int)
  /// An input is at its upper end.
  case upperEnd(input: Int)
  /// A row of the domain holds with equality.
  case row(Int)
  /// The edge is on the border of the L1 ball.
  case ball
  /// Two outputs are equal; the classes are ordered.
  case classes(Int, Int)
  /// The only output is zero.
  case zeroOutput

  public var description: String {
    switch self {
    case .unit(let unit): unit.description
    case .lowerEnd(let input): "input \(input) at its lower end"
    case .upperEnd(let input): "input \(input) at its upper end"
    case .row(let row): "row \(row) of the domain"
    case .ball: "L1 ball"
    case .classes(let first, let second): "outputs \(first) and \(second) are equal"
    case .zeroOutput: "the output is zero"
    }
  }
}
