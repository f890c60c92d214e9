"""Bodies by the packages of PyPI: pip install msgpack protobuf. See docs/src/clients.md for chat_pb2."""

# ANCHOR: msgpack
import msgpack

body = msgpack.packb({"Msg": "안녕"})
fields = msgpack.unpackb(b"\x82\xacUserUniqueId\x03\xa3Msg\xa5hello")
print(body.hex(), fields["UserUniqueId"], fields["Msg"])
# ANCHOR_END: msgpack

# ANCHOR: protobuf
import chat_pb2

body = chat_pb2.RoomChatReq(message="안녕").SerializeToString()
said = chat_pb2.RoomChatNtf.FromString(b"\x08\x03\x12\x05hello")
print(body.hex(), said.unique_id, said.message)
# ANCHOR_END: protobuf
