/// A closed box of inputs: `lower ≤ x ≤ upper`.
public struct Box: Hashable, Sendable {
  /// The lower end of each input.
  public let lower: [Double]
  /// The upper end of each input.
  public let upper: [Double]

  /// A box from its ends; `InputDomain` checks it.
  public init(lower: [Double], upper: [Double]) {
    self.lower = lower
    self.upper = upper
  }

  /// The same interval for every input.
  public init(lower: Double, upper: Double, count: Int) {
    self.init(
      lower: Array(repeating: lower, count: count), upper: Array(repeating: upper, count: count))
  }

  /// The inputs whose ends differ, ascending.
  public var varyingInputs: [Int] { lower.indices.filter { lower[$0] < upper[$0] } }
}

/// One linear constraint `Σ coefficient · x[input] ≤ bound`.
public struct LinearRow: Hashable, Sendable {
  /// One summand of the left side.
  public struct Term: Hashable, Sendable {
    /// The input, from zero.
    public let input: Int
    /// Its coefficient.
    public let coefficient: Double

    /// A summand.
    public init(input: Int, coefficient: Double) {
      self.input = input
      self.coefficient = coefficient
    }
  }

  /// The summands, by ascending input, none twice.
  public let terms: [Term]
  /// The right side.
  public let bound: Double

  /// A row from its summands, in any order.
  public init(terms: [Term], bound: Double) {
    self.terms = terms.sorted { $0.input < $1.input }
    self.bound = bound
  }
}

/// The ball `Σ |x_i - center_i| ≤ radius`.
public struct L1Ball: Hashable, Sendable {
  /// The center.
  public let center: [Double]
  /// The radius, at least zero.
  public let radius: Double

  /// A ball; `InputDomain` checks it.
  public init(center: [Double], radius: Double) {
    self.center = center
    self.radius = radius
  }
}

/// The inputs on which a result holds: a bounded box, optionally cut by rows and by one L1 ball.
///
/// A value of this type has finite, fitting, ordered parts. A box alone is never empty; whether
/// rows leave something of it is shown by a point, not by this type.
public struct InputDomain: Hashable, Sendable {
  /// The box.
  public let box: Box
  /// Further linear constraints.
  public let rows: [LinearRow]
  /// A further L1 ball.
  public let ball: L1Ball?

  /// A domain from its parts.
  ///
  /// - Throws: `DomainError` naming the input or row that does not fit.
  public init(box: Box, rows: [LinearRow] = [], ball: L1Ball? = nil) throws(DomainError) {
    guard !box.lower.isEmpty else { throw .noInputs }
    guard box.lower.count == box.upper.count else {
      throw .lengthMismatch(expected: box.lower.count, found: box.upper.count)
    }
    for (i, (low, high)) in zip(box.lower, box.upper).enumerated() {
      guard low.isFinite, high.isFinite else { throw .unbounded(input: i, lower: low, upper: high) }
      guard low <= high else { throw .empty(input: i, lower: low, upper: high) }
    }
    for (i, row) in rows.enumerated() {
      try Self.check(row, index: i, inputCount: box.lower.count)
    }
    if let ball {
      guard ball.center.count == box.lower.count else {
        throw .lengthMismatch(expected: box.lower.count, found: ball.center.count)
      }
      guard ball.center.allSatisfy(\.isFinite), ball.radius.isFinite, ball.radius >= 0 else {
        throw .badBall(radius: ball.radius)
      }
    }
    self.box = box
    self.rows = rows
    self.ball = ball
  }

  /// The number of inputs.
  public var inputCount: Int { box.lower.count }

  /// True if the box is the whole domain.
  public var isBox: Bool { rows.isEmpty && ball == nil }

  private static func check(
    _ row: LinearRow, index: Int, inputCount: Int
  ) throws(DomainError) {
    guard row.bound.isFinite, row.terms.allSatisfy({ $0.coefficient.isFinite }) else {
      throw .badRow(index, reason: "a coefficient or the bound is not finite")
    }
    guard row.terms.allSatisfy({ (0..<inputCount).contains($0.input) }) else {
      throw .badRow(index, reason: "an input is outside 0..<\(inputCount)")
    }
    guard zip(row.terms, row.terms.dropFirst()).allSatisfy({ $0.input < $1.input }) else {
      throw .badRow(index, reason: "an input stands twice")
    }
  }
}
