import ModelIO
import NeuralNetwork
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Damaged files end in a value or an error, and companions cannot lead out of the folder.
struct HostileBytesTests {
  /// Flips of single bytes, cuts and doublings; the seed is the argument.
  @Test(arguments: [
    ("malformed/ok_plain.onnx", 400, 1), ("models/edge/touching_box.onnx", 400, 2),
    ("malformed/ext_ok.onnx", 200, 3), ("malformed/unknown_fields.onnx", 200, 4),
    ("malformed/gemm_alpha.onnx", 200, 5), ("models/thirdparty/fc_2-2-3.onnx", 200, 6),
    ("malformed/ok_plain.npz", 400, 7), ("malformed/stored.npz", 400, 8),
    ("malformed/ok_plain.json", 400, 9),
  ])
  func damagedModels(_ name: String, _ count: Int, _ seed: UInt64) throws {
    let original = fileBytes(Fixture.path(name))
    let end = name.split(separator: ".").last ?? ""
    let folder = ScratchFolder()
    _ = folder.write(fileBytes(Fixture.path("malformed/ext_data.bin")), as: "ext_data.bin")
    var generator = SplitMix64(seed: seed)
    for _ in 0..<count {
      let path = folder.write(damaged(original, &generator), as: "damaged.\(end)")
      do throws(ModelError) {
        let model = try ModelReader.read(path: path)
        #expect(model.layerOrigins.count == model.network.layers.count)
        let origins = model.network.layers.indices.map { Optional($0) }
        _ = try ModelWriter.onnx(
          model.network, origins: origins, replacing: model, metadata: [])
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }

  @Test(arguments: [
    ("malformed/ok_plain.vnnlib", 400, 1), ("malformed/linear_rows.vnnlib", 400, 2),
  ])
  func damagedProperties(_ name: String, _ count: Int, _ seed: UInt64) throws {
    let original = fileBytes(Fixture.path(name))
    let folder = ScratchFolder()
    var generator = SplitMix64(seed: seed)
    for _ in 0..<count {
      let path = folder.write(damaged(original, &generator), as: "damaged.vnnlib")
      do throws(ModelError) {
        let result = try DomainReader.read(path: path, inputCount: 3)
        #expect(result.domain.inputCount == 3)
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }

  @Test func companionsAreNotReachedThroughLinks() throws {
    let model = fileBytes(Fixture.path("malformed/ext_ok.onnx"))
    let data = fileBytes(Fixture.path("malformed/ext_data.bin"))
    let outside = ScratchFolder()
    let target = outside.write(data, as: "target.bin")
    for makeLink in [
      { (path: String) in symlink(target, path) }, { (path: String) in link(target, path) },
      { (path: String) in mkfifo(path, 0o600) }, { (path: String) in mkdir(path, 0o700) },
    ] {
      let folder = ScratchFolder()
      let path = folder.write(model, as: "model.onnx")
      #expect(makeLink("\(folder.path)/ext_data.bin") == 0)
      let error = #expect(throws: ModelError.self) { try ModelReader.read(path: path) }
      guard case .externalData = error?.fault else {
        Issue.record("expected a refusal of external data, found \(String(describing: error))")
        continue
      }
      rmdir("\(folder.path)/ext_data.bin")
    }
    let folder = ScratchFolder()
    _ = folder.write(data, as: "ext_data.bin")
    let read = try ModelReader.read(path: folder.write(model, as: "model.onnx"))
    #expect(read.files.map(\.name) == ["model.onnx", "ext_data.bin"])
    #expect(read.files[1].sha256 == SHA256.hexDigest(of: data))
  }

  @Test func unreadableFiles() {
    for path in ["/nonexistent/model.onnx", "/dev/zero/x.onnx", "\(Fixture.folder)/bad\0.onnx"] {
      let error = #expect(throws: ModelError.self) { try ModelReader.read(path: path) }
      #expect(error?.isInputOutputError == true)
    }
    #expect(throws: ModelError.self) { try ModelReader.read(path: "model.txt") }
  }

  @Test(arguments: [
    "bias_mismatch", "empty", "nan_weight", "sigmoid", "skip_connection", "truncated",
  ])
  func badFiles(_ name: String) {
    let error = #expect(throws: ModelError.self) {
      try ModelReader.read(path: Fixture.path("models/bad/\(name).onnx"))
    }
    switch (name, error?.fault) {
    case ("bias_mismatch", .shapeMismatch), ("empty", .malformed), ("nan_weight", .badTensor),
      ("sigmoid", .unsupportedNodes), ("skip_connection", .notAChain), ("truncated", .malformed):
      break
    default: Issue.record("\(name): \(String(describing: error))")
    }
  }

  @Test func allUnsupportedNodesAreNamed() {
    let path = Fixture.path("models/thirdparty/KJ_TinyTaxiNet.onnx")
    let error = #expect(throws: ModelError.self) { try ModelReader.read(path: path) }
    guard case .unsupportedNodes(let nodes) = error?.fault else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(nodes.map(\.op) == ["Conv"])
  }

  private func damaged(_ bytes: [UInt8], _ generator: inout SplitMix64) -> [UInt8] {
    var copy = bytes
    for _ in 0...Int.random(in: 0...2, using: &generator) {
      let position = Int.random(in: 0..<copy.count, using: &generator)
      switch Int.random(in: 0..<10, using: &generator) {
      case 0 where position > 0: copy.removeLast(copy.count - position)
      case 1: copy.insert(contentsOf: copy[position...].prefix(9), at: position)
      case 2: copy.remove(at: position)
      case 3: copy[position] = [0, 0x7F, 0x80, 0xFF][Int.random(in: 0..<4, using: &generator)]
      default: copy[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      if copy.isEmpty { return [0] }
    }
    return copy
  }
}
