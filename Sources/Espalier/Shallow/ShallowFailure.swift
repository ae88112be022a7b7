public import ExactArithmetic

/// Why there is no shallow network.
public enum ShallowFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The domain has an L1 ball.
  case ball
  /// The rows leave the domain no inside.
  case thinDomain
  /// The search for regions was ended before its end.
  case unfinished(foundCount: Int, reason: String)
  /// The network would be larger than allowed.
  case tooLarge(ShallowSize, limit: Int)
  /// A slab is thinner than the stored type can tell from nothing.
  case slabTooThin(slab: Double, type: ScalarType)
  /// A number is beyond the largest one of the stored type.
  case notStorable(ScalarType)

  /// True if a limit ended the work, and not the input.
  public var isLimit: Bool {
    switch self {
    case .unfinished, .tooLarge: true
    case .ball, .thinDomain, .slabTooThin, .notStorable: false
    }
  }

  public var description: String {
    switch self {
    case .ball:
      "expected a box, with or without rows, found an L1 ball; use a box around the ball, or write "
        + "the ball as rows"
    case .thinDomain:
      "the rows of the domain leave it no inside: expected a point that is strictly inside all of "
        + "them"
    case .unfinished(let count, let reason):
      "\(reason) ended the search after \(count) regions, and the shallow network needs all of "
        + "them; raise the limit, or take a smaller domain"
    case .tooLarge(let size, let limit):
      "the shallow network would have N1 = \(size.first) and N2 = \(size.second) units with "
        + "\(size.parameters) parameters; at most \(ShortNumber.grouped(limit)) are allowed: raise "
        + "--max-parameters, or take a smaller domain"
    case .slabTooThin(let slab, let type):
      "a slab of \(slab) is lost when biases are rounded to \(type.rawValue): take a wider one"
    case .notStorable(let type):
      "a number of the shallow network is too large for \(type.rawValue)"
    }
  }
}
