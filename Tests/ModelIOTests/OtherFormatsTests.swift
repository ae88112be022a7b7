import ModelIO
import NeuralNetwork
import Testing

/// Models in formats other than ONNX, and arrays.
struct OtherFormatsTests {
  @Test(arguments: ["cbc_preprocess_s1", "denormal_s1", "f32_overflow_s1", "doubling_s1"])
  func archivesAgreeWithONNX(_ name: String) throws {
    let archive = try ModelReader.read(path: Fixture.path("models/adversarial/\(name).npz"))
    let graph = try ModelReader.read(path: Fixture.path("models/adversarial/\(name).onnx"))
    #expect(archive.network == graph.network)
    let property = try DomainReader.read(
      path: Fixture.path("models/adversarial/\(name).vnnlib"),
      inputCount: graph.network.inputCount)
    #expect(archive.suggestedDomain == property.domain)
    #expect(property.notes.isEmpty)
  }

  @Test func orderInFileDoesNotMatter() throws {
    let plain = try ModelReader.read(path: Fixture.path("malformed/ok_plain.npz"))
    for name in ["fortran", "stored"] {
      let other = try ModelReader.read(path: Fixture.path("malformed/\(name).npz"))
      #expect(other.network == plain.network)
    }
  }

  @Test func json() throws {
    let model = try ModelReader.read(path: Fixture.path("malformed/ok_plain.json"))
    #expect(model.network.layers[0].weights == Matrix(rows: [[1, -1, 0.5], [1, -1, 0.5]]))
    #expect(model.network.layers.map { $0.activations[0] } == [.relu, .identity])
    #expect(model.suggestedDomain?.box == Box(lower: -1, upper: 1, count: 3))
    #expect(model.summary.notes.isEmpty)
    let inexact = try ModelReader.read(path: Fixture.path("malformed/inexact.json"))
    #expect(inexact.network.layers[0].weights[0, 2] == 0.1)
    #expect(inexact.summary.notes.count == 1)
  }

  @Test func nnet() throws {
    let model = try ModelReader.read(
      path: Fixture.path("models/thirdparty/ACASXU_experimental_v2a_1_1.nnet"))
    #expect(model.network.layers.map(\.unitCount) == [50, 50, 50, 50, 50, 50, 5])
    #expect(model.network.layers[0].weights[0, 0] == 5.40062e-02)
    let box = try #require(model.suggestedDomain?.box)
    #expect(box.lower[0] == (0 - 1.9791091e+04) / 60261)
    #expect(box.upper[4] == 0.5)
  }

  @Test(arguments: ["malformed/ok_plain.json", "malformed/ok_plain.npz"])
  func otherFormatsBecomePlainONNX(_ name: String) throws {
    let model = try ModelReader.read(path: Fixture.path(name))
    let bytes = try ModelWriter.onnx(
      model.network, origins: model.network.layers.indices.map { $0 }, replacing: model,
      metadata: [])
    let folder = ScratchFolder()
    let again = try ModelReader.read(path: folder.write(bytes, as: "plain.onnx"))
    #expect(again.network == model.network)
  }

  @Test func arrays() throws {
    let array = try array(type: "|u1", isFortranOrder: true, shape: "(2, 3)", [1, 2, 3, 4, 5, 6])
    #expect(array.shape == [2, 3])
    #expect(array.elements == [1, 3, 5, 2, 4, 6])
    #expect(array.element == .integer)
    let scalar = try self.array(
      type: "<f4", isFortranOrder: false, shape: "()", [0, 0, 0x80, 0x3F])
    #expect(scalar.elements == [1])
  }

  @Test(arguments: [
    ("|O", "(1,)"), (">f4", "(1,)"), ("<f4", "(2,)"), ("<f4", "(-1,)"), ("<f4", "(1,'a')"),
    ("<f2", "(2,)"), ("<f4", "(99999999999,99999999999)"), ("<f4", "1"), ("<c8", "()"),
  ])
  func refusedArrays(_ type: String, _ shape: String) {
    #expect(throws: ModelError.self) {
      try array(type: type, isFortranOrder: false, shape: shape, [0, 0, 0, 0])
    }
  }

  private func array(
    type: String, isFortranOrder: Bool, shape: String, _ data: [UInt8]
  ) throws -> NPYArray {
    let header =
      Array(
        "{'descr': '\(type)', 'fortran_order': \(isFortranOrder ? "True" : "False"), "
          .utf8) + Array("'shape': \(shape), }\n".utf8)
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0] + header + data
    let folder = ScratchFolder()
    return try NPYReader.read(path: folder.write(bytes, as: "array.npy"))
  }
}
