import Certificates
import ExactArithmetic
import NeuralNetwork
import StrictJSON

/// A network of a few units on one input, with a certificate whose every number is found by hand.
enum Toy: String, CaseIterable, Sendable {
  /// Interval bounds, a lemma and a tree on `|x| - 1`; inactive, constant and unread units go.
  case hinge
  /// A tree of two splits on `relu(x - 1/2) + relu(-x - 1/2) - 1/2` with one empty branch.
  case branches
  /// A linear layer folded into the next, with rounding, on a domain with a row and a ball.
  case folded
  /// A layer without units that makes the network constant.
  case constant
  /// A multiple, an opposite and linear units that go, on `y0 - y1 > 0`.
  case spare
  /// The regions of `max(-y, min(0, -x))`: 4 after one layer, 5 after two.
  case corner
  /// Two parts, `x` with a unit that vanishes by cancellation, and `y`: 2 · 2 regions.
  case parts
  /// Two equal units whose difference only boxes show to be 0.
  case halves

  private static let subjects = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, $0.written) })
  private static let documents = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, $0.certificate.json) })

  /// The files that the certificate is given with.
  var subject: Subject { Self.subjects[self] ?? written }

  /// The model that the certificate is about.
  var model: CheckedModel { subject.model.checked }

  /// The model that the pruning of the certificate wrote, if it has one.
  var result: CheckedModel? { subject.result?.checked }

  /// The certificate as JSON.
  var json: JSONValue { Self.documents[self] ?? .null }

  /// The files, written anew.
  private var written: Subject {
    do {
      return Subject(
        try ModelBytes(writing: network, name: "toy.onnx"),
        result: try pruned.map { try ModelBytes(writing: $0, name: "small.onnx") })
    } catch {
      preconditionFailure("\(self) cannot be written: \(error)")
    }
  }

  /// `1 + 2^-23`, a float32 whose square is not one.
  static let wide = 1 + 0x1p-23

  var network: Network {
    switch self {
    case .hinge:
      // z0 = (x, -x, x - 2, x + 2); z1 = (|x| - 1, |x| + 1, x - 1/2, 3); y = the sum + z1[3] + 1/2
      build([
        layer([[1], [-1], [1], [1]], [0, 0, -2, 2], .relu),
        layer(
          [[1, 1, 0, 0], [1, 1, 0, 0], [1, -1, 0, 0], [0, 0, 5, 0]], [-1, 1, -0.5, 3], .relu),
        layer([[1, 1, 1, 2]], [0.5], .identity),
      ])
    case .branches:
      build([
        layer([[1], [-1]], [-0.5, -0.5], .relu), layer([[1, 1]], [-0.5], .relu),
        layer([[1]], [0], .identity),
      ])
    case .folded:
      build([
        layer([[Self.wide]], [0], .identity), layer([[Self.wide]], [0], .relu),
        layer([[1]], [0], .identity),
      ])
    case .constant:
      // z0 = x - 2 ≤ -1, z1 = 5 relu(z0) + 1 = 1, y = 2 relu(z1) + 1 = 3
      build([
        layer([[1]], [-2], .relu), layer([[5]], [1], .relu), layer([[2]], [1], .identity),
      ])
    case .spare:
      // z0 = (x + 2, x + 4, x, -x, 2x)
      build([
        layer([[1], [1], [1], [-1], [2]], [2, 4, 0, 0, 0], .relu),
        layer([[1, 1, 1, 1, 1], [-2, -2, 1, 2, 0]], [0, -20], .identity),
      ])
    case .corner:
      // z0 = (x, y, -y), z1 = (relu(x) - y, relu(x)), f = relu(z1[0]) - z1[1]
      build([
        layer([[1, 0], [0, 1], [0, -1]], [0, 0, 0], .relu),
        layer([[1, -1, 1], [1, 0, 0]], [0, 0], .relu), layer([[1, -1]], [0], .identity),
      ])
    case .parts:
      // z0 = (x, x, y), z1 = (relu(x) - relu(x), relu(y))
      build([
        layer([[1, 0], [1, 0], [0, 1]], [0, 0, 0], .relu),
        layer([[1, -1, 0], [0, 0, 1]], [0, 0], .relu), layer([[1, 1]], [0], .identity),
      ])
    case .halves:
      // z0 = (x, x), z1 = (relu(x) - relu(x), 2 relu(x) - 3/2)
      build([
        layer([[1], [1]], [0, 0], .relu), layer([[1, -1], [2, 0]], [0, -1.5], .relu),
        layer([[1, 1]], [0], .identity),
      ])
    }
  }

  var pruned: Network? {
    switch self {
    case .hinge:
      build([
        layer([[1], [-1]], [0, 0], .relu), layer([[1, 1], [1, -1]], [1, -0.5], .relu),
        layer([[1, 1]], [6.5], .identity),
      ])
    case .branches, .corner, .parts, .halves: nil
    case .folded: build([layer([[1 + 0x1p-22]], [0], .relu), layer([[1]], [0], .identity)])
    case .constant: build([layer([[0]], [3], .identity)])
    case .spare:
      // With h = (relu(x), x + 1): relu(2x) = 2 h0 and relu(-x) = h0 - x, the rest is linear.
      build([
        layer([[1], [1]], [0, 1], .relu), layer([[4, 1], [3, -6]], [5, -26], .identity),
      ])
    }
  }

  private func build(_ layers: [Layer]) -> Network {
    guard let network = try? Network(layers: layers, scalarType: .float32) else {
      preconditionFailure("the layers of \(self) do not fit")
    }
    return network
  }

  private func layer(_ rows: [[Double]], _ biases: [Double], _ activation: Activation) -> Layer {
    Layer(weights: Matrix(rows: rows), biases: biases, activation: activation)
  }
}

/// A leaf with multipliers `(layer, index, value)`.
func leaf(
  _ units: [(Int, Int, Double)] = [], rows: [(Int, Double)] = [], ball: Double = 0,
  claim: Double = 1
) -> Leaf {
  Leaf(
    units: units.map { .init(unit: UnitID(layer: $0.0, index: $0.1), value: Dyadic($0.2)) },
    rows: rows.map { .init(row: $0.0, value: Dyadic($0.1)) }, ball: Dyadic(ball),
    claim: Dyadic(claim))
}

/// A box of one interval for each input.
func interval(_ lower: Double, _ upper: Double) -> Interval {
  Interval(Dyadic(lower), Dyadic(upper))
}
