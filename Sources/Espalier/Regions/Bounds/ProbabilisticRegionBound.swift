internal import BigInt
internal import ExactArithmetic

/// A lower bound `2^exponent` on the number of regions that holds with a given probability.
///
/// **What is tested.** In each of `T` independent trials `j` random parities are asked of a
/// pattern. A given pattern meets one with probability 1/2, whatever the others do, so
/// of `S` regions `S 2^-j` meet all on average. If `S < 2^(j-a)`, that is less than `2^-a`, and by
/// Markov's inequality a trial survives with less than that probability. So `f` or more survive
/// with at most
///
///     P(a, f) = Σ_{k≥f} C(T, k) 2^(-a k) (1 - 2^-a)^(T-k).
///
/// **Choosing the best.** For one `a` let `c` be the smallest `f` with `P(a, f) ≤ α`; what is
/// reported is the largest `j` with at least `c` survivals. A trial that survives `j` parities
/// survives the first `j - 1`, so if any `j` with `2^(j-a) > S` is reported, then at the smallest
/// such `j`, too, at least `c` trials survived: this has probability `α` at most, and choosing `j`
/// costs nothing. Choosing among several `a` costs a factor: by the union bound `α` is
/// `(1 - confidence)` divided by the number of slacks.
///
/// A trial that was given up counts as one that died earlier, which only lowers the bound. The
/// probability is over the parities; it says nothing about a seed that was picked for its result.
///
/// - Source: Serra and Ramalingam, arXiv 1810.03370, Theorem 4 and Algorithm 2, after Gomes,
///   Sabharwal and Selman, "Model counting: a new strategy for obtaining good bounds", 2006. The
///   monotony over `j` and the division by the number of slacks are ours.
public struct ProbabilisticRegionBound: Hashable, Sendable {
  /// The slacks `a` that are tried.
  public static let slacks = [1, 2, 3, 4]

  /// The bound is `2^exponent`.
  public let exponent: Int
  /// The number of parities `j`.
  public let parityCount: Int
  /// The slack `a`: `exponent` is `parityCount - slack`.
  public let slack: Int
  /// The probability with which the bound holds, at least.
  public let confidence: Double

  /// The best bound at a confidence; nil if the trials say nothing.
  ///
  /// - Parameter survivals: For each trial that was begun or meant to be, how many parities in a
  ///   row it survived.
  /// - Precondition: `confidence` lies between 0 and 1, both excluded.
  public init?(survivals: [Int], confidence: Double) {
    precondition(confidence > 0 && confidence < 1, "a confidence of \(confidence)")
    var best: (exponent: Int, slack: Int)?
    for slack in Self.slacks {
      guard
        let count = Self.criticalCount(survivals.count, slack: slack, confidence: confidence)
      else { continue }
      let exponent = survivals.sorted(by: >)[count - 1] - slack
      if exponent > best?.exponent ?? -1 { best = (exponent, slack) }
    }
    guard let best else { return nil }
    exponent = best.exponent
    slack = best.slack
    parityCount = best.exponent + best.slack
    self.confidence = confidence
  }

  /// The smallest number of survivals whose tail is small enough; nil if there is none.
  ///
  /// All in integers: `2^(a T) P(a, f) = Σ_{k≥f} C(T, k) (2^a - 1)^(T-k)`.
  static func criticalCount(_ trialCount: Int, slack: Int, confidence: Double) -> Int? {
    let binomials = BinomialRow(trialCount, upTo: trialCount).values
    let risk = Dyadic.one - Dyadic(confidence)
    var tail = BigInt(0)
    var power = BigInt(1)
    var smallest: Int?
    for k in stride(from: trialCount, through: 1, by: -1) {
      tail += binomials[k] * power
      power *= (BigInt(1) << slack) - 1
      let scaled = Dyadic(tail * BigInt(slacks.count), exponent: -slack * trialCount)
      guard scaled <= risk else { break }
      smallest = k
    }
    return smallest
  }
}
