# image: base
# Owners, modes, devices, another root, another's files.
set -eu
cd /tmp
echo text >file
chown nobody:nogroup file
chmod 600 file
echo more >>file
chmod 640 file
touch -d 2020-01-01 file
mknod null c 1 3
mkdir -p root/bin root/lib64 root/lib
cp /usr/bin/true root/bin/
cp -L /lib64/ld-linux-x86-64.so.2 root/lib64/
cp -L /lib/x86_64-linux-gnu/libc.so.6 root/lib/
chroot root /bin/true
rm file
