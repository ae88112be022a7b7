/// What a search does after it has shown the point of a relaxation.
public enum RelaxationAnswer: Hashable, Sendable {
  /// Go on, with rows that hold for every point of the model that matters.
  case goOn(cuts: [MILPRow])
  /// Stop as soon as possible; the outcome is `stopped(.caller, …)`.
  case stop
}
