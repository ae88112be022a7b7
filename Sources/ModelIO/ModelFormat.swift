/// The file formats of models.
public enum ModelFormat: String, Hashable, Sendable, CaseIterable {
  /// Open Neural Network Exchange, protobuf.
  case onnx
  /// The text format of the ACAS Xu networks.
  case nnet
  /// A NumPy archive with `W0, b0, W1, b1, …` and perhaps `lo`, `hi`.
  case npz
  /// `{"layers": [{"W", "b"}], "domain": {"lo", "hi"}}`.
  case json
}
