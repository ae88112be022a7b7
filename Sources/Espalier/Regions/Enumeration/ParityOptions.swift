/// What trials with random parities may use.
public struct ParityOptions: Hashable, Sendable {
  /// The number of trials, fixed beforehand.
  public var trialCount: Int
  /// The probability with which an open unit is a member of a parity; less makes programs easier
  /// and the bound as valid, but trials die earlier.
  public var memberShare: Double
  /// The most nodes of one mixed-integer program.
  public var nodeLimit: Int
  /// The most seconds of one mixed-integer program; nil for none.
  public var seconds: Double?

  /// Trials as in the paper.
  public init(
    trialCount: Int = 20, memberShare: Double = 0.5, nodeLimit: Int = 20_000,
    seconds: Double? = nil
  ) {
    self.trialCount = trialCount
    self.memberShare = memberShare
    self.nodeLimit = nodeLimit
    self.seconds = seconds
  }
}
