/// An identity or inequality between ReLU terms that is tight: some sum of terms has the largest or
/// smallest value 0, exactly.
enum TieIdentity: String, CaseIterable, Sendable {
  /// `relu(a + b) - relu(a) - relu(b) <= 0`.
  case subadditive
  /// `relu(a + b + c) - relu(a) - relu(b) - relu(c) <= 0`.
  case threefold
  /// `relu(a) + relu(b) - 2 relu((a + b) / 2) >= 0`.
  case convex
  /// `relu(t) - relu(-t) - t = 0`, with `t` read off a unit that is always on.
  case oddPart
  /// `relu(t) + relu(-t) - t >= 0`, likewise.
  case magnitude
  /// `relu(t) - relu(t) = 0` for two equal units.
  case duplicate
  /// `relu(3t) - 3 relu(t) = 0`, where float multipliers are thirds.
  case proportional
  /// `max(a, b) - max(b, a) = 0`, each maximum written from its first argument.
  case twoMaxima
  /// `max(a, b) - a >= 0`.
  case maximum
  /// `relu(t + 2^60) - 2^60 - relu(t) + relu(-t) = 0`: the addend absorbs `t` in floats.
  case absorbed

  /// What the target is, whatever `a`, `b`, `c` and `t` are.
  enum Sign {
    case atMostZero, atLeastZero, zero
  }

  /// One ReLU term: a combination of the free forms, shifted.
  struct Term {
    /// The coefficients of the free forms `a`, `b`, `c`.
    let mix: [Double]
    /// The summand; `.reach` is a power of two that keeps the unit on.
    var shift = Shift.none
    /// The coefficient of the term in the target.
    let weight: Double
  }

  /// What is added to a term's pre-activation, and taken off the target again.
  enum Shift {
    case none, reach
    case fixed(Double)
  }

  /// The sign of the target.
  var sign: Sign {
    switch self {
    case .subadditive, .threefold: .atMostZero
    case .convex, .magnitude, .maximum: .atLeastZero
    case .oddPart, .duplicate, .proportional, .twoMaxima, .absorbed: .zero
    }
  }

  /// The terms of the target.
  var terms: [Term] {
    switch self {
    case .subadditive:
      [Term(mix: [1, 1], weight: 1), Term(mix: [1], weight: -1), Term(mix: [0, 1], weight: -1)]
    case .threefold:
      [Term(mix: [1, 1, 1], weight: 1)]
        + [[1], [0, 1], [0, 0, 1]].map { Term(mix: $0, weight: -1) }
    case .convex:
      [
        Term(mix: [1], weight: 1), Term(mix: [0, 1], weight: 1),
        Term(mix: [0.5, 0.5], weight: -2),
      ]
    case .oddPart:
      [
        Term(mix: [1], weight: 1), Term(mix: [-1], weight: -1),
        Term(mix: [1], shift: .reach, weight: -1),
      ]
    case .magnitude:
      [
        Term(mix: [1], weight: 1), Term(mix: [-1], weight: 1),
        Term(mix: [1], shift: .reach, weight: -1),
      ]
    case .duplicate: [Term(mix: [1], weight: 1.5), Term(mix: [1], weight: -1.5)]
    case .proportional: [Term(mix: [3], weight: 1), Term(mix: [1], weight: -3)]
    case .twoMaxima:
      [
        Term(mix: [1], shift: .reach, weight: 1), Term(mix: [-1, 1], weight: 1),
        Term(mix: [0, 1], shift: .reach, weight: -1), Term(mix: [1, -1], weight: -1),
      ]
    case .maximum: [Term(mix: [-1, 1], weight: 1)]
    case .absorbed:
      [
        Term(mix: [1], shift: .fixed(0x1p60), weight: 1), Term(mix: [1], weight: -1),
        Term(mix: [-1], weight: 1),
      ]
    }
  }

  /// The number of free forms.
  var formCount: Int { terms.reduce(1) { max($0, $1.mix.count) } }
}
