internal import NeuralNetwork

/// Networks of a few units: what damaged certificates are checked against.
enum TinyNetworks {
  /// All of them; the seeds of the target `certificate` are about the first four.
  static let all: [Network] = [
    network([
      layer([[1, 1], [1, -1], [0, 0]], [0, 0, 0x1001p-12]),
      layer([[1, 1, 0], [1, 1, 0], [1, -1, 1]], [-3, -2.25, -0.5]),
      layer([[1, 1, 1]], [0.1], .identity),
    ]),
    network([
      layer([[1], [-1], [1], [1]], [0, 0, -2, 2]),
      layer([[1, 1, 0, 0], [1, 1, 0, 0], [1, -1, 0, 0], [0, 0, 5, 0]], [-1, 1, -0.5, 3]),
      layer([[1, 1, 1, 2]], [0.5], .identity),
    ]),
    network([
      layer([[1 + 0x1p-23]], [0], .identity), layer([[1 + 0x1p-23]], [0]),
      layer([[1]], [0], .identity),
    ]),
    network([layer([[1]], [-2]), layer([[5]], [1]), layer([[2]], [1], .identity)]),
  ].compactMap(\.self)

  private static func network(_ layers: [Layer]) -> Network? {
    do throws(NetworkError) {
      return try Network(layers: layers, scalarType: .float32)
    } catch {
      return nil
    }
  }

  private static func layer(
    _ rows: [[Float]], _ biases: [Float], _ activation: Activation = .relu
  ) -> Layer {
    Layer(
      weights: Matrix(rows: rows.map { $0.map(Double.init) }), biases: biases.map(Double.init),
      activation: activation)
  }
}
