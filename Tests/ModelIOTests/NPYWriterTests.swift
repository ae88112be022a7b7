import ExactArithmetic
import ModelIO
import Testing

/// Arrays that are written are read back.
@Suite struct NPYWriterTests {
  @Test(arguments: ScalarType.allCases)
  func writtenArraysAreReadBack(type: ScalarType) throws {
    for elements in [[], [0.5], [-1, 0.25, 3], Array(repeating: 1, count: 784)] as [[Double]] {
      let bytes = NPYWriter.bytes(of: elements, type: type)
      let array = try NPYReader.read(bytes, path: "array.npy")
      #expect(array.elements == elements)
      #expect(array.shape == [elements.count])
      // The numbers begin at a multiple of 64 bytes.
      #expect((bytes.count - elements.count * type.byteCount) % 64 == 0)
    }
  }
}
