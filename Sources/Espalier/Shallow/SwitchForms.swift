internal import BigInt
internal import ExactArithmetic

/// The affine forms by whose signs a shallow network switches, none a multiple of another.
///
/// A form and its multiple, by a factor of either sign, vanish on the same hyperplane. The one that
/// came first stands for both: outside its slab the sign of one is known from that of the other.
struct SwitchForms: Sendable {
  /// One form with the phase of it that a block is for.
  struct Literal: Hashable, Sendable {
    /// The index of the form.
    let form: Int
    /// True for the side where the form is positive.
    let isOn: Bool
  }

  /// What a phase of a unit says about an input.
  enum Condition: Hashable, Sendable {
    /// Where the input lies.
    case literal(Literal)
    /// Nothing: all inputs have it.
    case always
    /// Something that no input has.
    case never
  }

  /// The forms.
  private(set) var forms: [AffineForm] = []
  private var places: [[BigInt]: (index: Int, isReversed: Bool)] = [:]

  /// What it means that a unit with this form is on, or is not.
  mutating func condition(_ form: AffineForm, isOn: Bool) -> Condition {
    guard let (ray, isReversed) = Self.ray(form) else {
      return (form.constant.signum > 0) == isOn ? .always : .never
    }
    if let place = places[ray] {
      return .literal(
        Literal(form: place.index, isOn: (place.isReversed == isReversed) == isOn))
    }
    places[ray] = (forms.count, isReversed)
    forms.append(form)
    return .literal(Literal(form: forms.count - 1, isOn: isOn))
  }

  /// The same integers for all multiples of a form, and whether the factor is negative; nil for a
  /// constant.
  private static func ray(_ form: AffineForm) -> (numbers: [BigInt], isReversed: Bool)? {
    guard let lead = form.coefficients.first(where: { !$0.isZero }) else { return nil }
    let numbers = form.coefficients + [form.constant]
    let exponent = numbers.filter { !$0.isZero }.map(\.exponent).min() ?? 0
    let integers = numbers.map { $0.significand(atExponent: exponent) }
    var divisor = BigInt(0)
    for integer in integers where divisor != 1 {
      divisor = divisor.greatestCommonDivisor(with: integer)
    }
    let isReversed = lead.signum < 0
    if isReversed { divisor = -divisor }
    return (integers.map { $0 / divisor }, isReversed)
  }
}
