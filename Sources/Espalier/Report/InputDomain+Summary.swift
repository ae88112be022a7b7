public import NeuralNetwork

extension InputDomain {
  /// The domain in a few words.
  public var summary: String {
    let sides = Set(zip(box.lower, box.upper).map { [$0, $1] })
    var text: String
    if sides.count == 1 {
      text = "box [\(Self.text(box.lower[0])), \(Self.text(box.upper[0]))] of \(inputCount) inputs"
    } else {
      text = "box of \(inputCount) inputs with \(sides.count) different intervals"
    }
    if !rows.isEmpty { text += rows.count == 1 ? ", 1 linear row" : ", \(rows.count) linear rows" }
    if let ball { text += ", L1 ball of radius \(Self.text(ball.radius))" }
    return text
  }

  private static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
