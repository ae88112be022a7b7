public import ExactArithmetic
public import MILP

/// What is known about the differences of two networks on a domain.
public struct DifferenceResult: Hashable, Sendable {
  /// The answer to a question.
  public enum Answer: String, Hashable, Sendable {
    /// Yes, proved.
    case holds
    /// No, shown by an input.
    case violated
    /// Neither.
    case undecided
  }

  /// What is known about one output: `lower ≤ max |first - second| ≤ upper`.
  public struct Output: Hashable, Sendable {
    /// The absolute difference at the witness.
    public let lower: Dyadic
    /// Proved.
    public let upper: Dyadic
    /// The index of the input that shows `lower`.
    public let witness: Int?
    /// What two runtimes that round may add to the difference; nil if no bound is proved.
    public let floatNoise: Dyadic?
  }

  /// A class of each network at an input, where they are not the same.
  public struct Disagreement: Hashable, Sendable {
    /// The class of the first network.
    public let first: Int
    /// The class of the second network.
    public let second: Int
    /// The index of the input.
    public let witness: Int
  }

  /// Where upper bounds come from.
  public enum Source: String, Hashable, Sendable {
    /// The rewrite log of a certificate.
    case certificate
    /// All units are equal, after what is off was left out.
    case structure
    /// Bounds without branching.
    case bounds
    /// Branching.
    case search
  }

  /// One entry per output.
  public let outputs: [Output]
  /// The inputs that witnesses refer to.
  public let points: [[Dyadic]]
  /// `|first - second| ≤ ε` for every output, if that was asked.
  public let epsilon: Answer?
  /// The same class everywhere, if that was asked.
  public let argmax: Answer?
  /// An input with different classes, if one was found.
  public let disagreement: Disagreement?
  /// Nothing but rounding, if that was asked.
  public let floatNoise: Answer?
  /// Where the upper bounds come from.
  public let source: Source
  /// True if every gap is as small as it was asked to be.
  public let isClosed: Bool
  /// Hidden units that both networks share, and all hidden units of the product; nil if there is no
  /// product.
  public let units: Units?
  /// What ended the search early, if anything did.
  public let limit: Limit?

  /// The hidden units of the product network.
  public struct Units: Hashable, Sendable {
    /// Held once for both networks.
    public let merged: Int
    /// All.
    public let all: Int
  }

  /// The answers to the questions that were asked.
  public var answers: [Answer] { [epsilon, argmax, floatNoise].compactMap { $0 } }
}
