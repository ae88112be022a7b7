internal import ExactArithmetic
internal import NeuralNetwork

/// What a unit can do on the domain, read off its proved interval.
enum UnitKind: Hashable, Sendable {
  /// A ReLU unit whose pre-activation may take both signs.
  case open
  /// A unit that passes its pre-activation on.
  case affine
  /// A unit whose output is one number.
  case constant

  /// The kind of a unit with this activation and proved interval.
  init(_ activation: Activation, _ interval: Interval) {
    if interval.isPoint || activation == .relu && interval.upper.signum <= 0 {
      self = .constant
    } else if activation == .identity || interval.lower.signum >= 0 {
      self = .affine
    } else {
      self = .open
    }
  }
}
