public import Certificates

/// Why there is no plan for what was asked.
public enum RemovalFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Rounding alone makes a larger difference than allowed.
  case errorTooSmall(allowed: Double, proved: Double)
  /// A largest error that is negative or no number.
  case noSuchError(Double)
  /// A layer that there is not, or that has no units to keep.
  case noSuchLayer(Int, count: Int)
  /// A rewrite that the checker refuses, or a number that no stored one is near.
  case refused(CheckFailure)

  public var description: String {
    switch self {
    case .errorTooSmall(let allowed, let proved):
      "the proved difference is \(ShortNumber.text(proved)) by rounding alone: expected at least "
        + "that for the largest error, found \(ShortNumber.text(allowed))"
    case .noSuchError(let error): "expected a largest error from 0 on, found \(error)"
    case .noSuchLayer(let layer, let count):
      "expected a layer from 0 to \(count - 2) to keep, found \(layer)"
    case .refused(let failure): failure.description
    }
  }
}
